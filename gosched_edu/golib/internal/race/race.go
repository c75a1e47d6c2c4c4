// Package race tells the race detector about edges that it cannot see by itself.
//
// Package sync is made of atomics on words that are no variables of the program; which of
// those order the program's accesses, and which do not, it says here, as Go's sync does with
// its own internal/race. Without the race detector the compiler leaves these calls out.
package race

import "unsafe"

//op RACEACQ a
func Acquire(addr unsafe.Pointer)

//op RACEREL a
func Release(addr unsafe.Pointer)

// Read and Write stand for accesses that must be ordered, though nothing is there to be read.
//
//op RACER a 1
func Read(addr unsafe.Pointer)

//op RACEW a 1
func Write(addr unsafe.Pointer)
