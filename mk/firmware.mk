# The library on devices.

.PHONY: firmware footprint footprint-accept faults dist

## make firmware: runs the library on each core under QEMU, and searches the linked images
firmware:
	@tools/need python3
	tools/firmware
	tools/same-verdicts
	tools/proofs

## make footprint: measures flash, RAM, stack and instructions of each job on each core; footprint-accept takes a growth
footprint:
	@tools/need python3
	tools/footprint

footprint-accept:
	@tools/need python3
	tools/footprint --accept

## make faults: skips instructions of a validation that must reject, and counts wrong accepts; JOB=token-rs256
faults:
	@tools/need python3
	tools/faults $(JOB)

## make dist: packs an archive for each core into target/dist
dist:
	@tools/need python3
	tools/dist
