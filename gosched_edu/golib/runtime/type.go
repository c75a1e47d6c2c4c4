// Types and interface values as the runtime sees them.
//
// An interface value is two words: the address of its type's descriptor, and the value
// itself when that is one word, else the address of a copy. See internal/abi.
package runtime

import (
	"internal/abi"
	"unsafe"
)

type _type = abi.Type

// typeOf is the descriptor of a type that a generic function was given.
func typeOf[T any]() *_type { return abi.TypeOf((*T)(nil)).Elem }

// word reads the first word of a value of one word, without giving it an address.
//
//op MOV r a
func word[T any](v T) uintptr

// asString reads a value whose kind is string as one.
//
//op MOVN r a 2
func asString[T any](v T) string

//op MCOPY a b c
func memmove(to, from unsafe.Pointer, words int)

//op RAND r a
func rand(n int) int

//op STAT r #a
func stat(n int) int

// Numbers of stat, as kernel/isa.py:STATS has them.
const (
	statGoroutines = iota
	statProcs
	statGoid
	statNumGC
	statHeapAlloc
	statHeapObjects
	statMallocs
	statFrees
	statStackInuse
	statHeapSys
	statPauseTotalNs
	statThreads
	statTotalAlloc
	statSeed
	statMinor
	statRace
	statRunnable
	statRunning
	statWaiting
	statSyscall
	statCreated
)

// goMinor is the minor version of the Go that is simulated.
func goMinor() int { return stat(statMinor) }
