package keycard

import "time"

// PolicyBlocks returns the number of blocks of C memory that policies hold.
func PolicyBlocks() int64 { return policyBlocks.Load() }

// ReadClockBy replaces the system clocks until the returned function is called.
func ReadClockBy(read func() (time.Time, time.Duration)) func() {
	readClock = func() func() (time.Time, time.Duration) { return read }
	return func() { readClock = systemClock }
}
