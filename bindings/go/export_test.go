package keycard

// PolicyBlocks is how many blocks of C's memory the policies hold.
func PolicyBlocks() int64 { return policyBlocks.Load() }
