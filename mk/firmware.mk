# The library on devices.

.PHONY: firmware footprint footprint-accept faults dist

## make firmware: runs the library on each core under QEMU, and searches the linked images
firmware:
	@tools/need python3
	tools/device/firmware
	tools/device/same-verdicts
	tools/device/assembler
	tools/device/update
	tools/device/trustzone
	tools/device/proofs

## make footprint: measures flash, RAM, stack and instructions of each job on each core;
#footprint-accept accepts a growth
footprint:
	@tools/need python3
	tools/device/footprint

footprint-accept:
	@tools/need python3
	tools/device/footprint --accept

## make faults: skips instructions of a validation that must reject, and counts wrong accepts; JOB=token-rs256
faults:
	@tools/need python3
	tools/device/faults $(JOB)

## make dist: packs archives for each core into target/dist
dist:
	@tools/need python3
	tools/build/dist
