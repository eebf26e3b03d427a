package keycard

import "time"

// PolicyBlocks is how many blocks of C's memory the policies hold.
func PolicyBlocks() int64 { return policyBlocks.Load() }

// ReadClockBy has the clocks of the system read in another way, until the result is called.
func ReadClockBy(read func() (time.Time, time.Duration)) func() {
	readClock = func() func() (time.Time, time.Duration) { return read }
	return func() { readClock = systemClock }
}
