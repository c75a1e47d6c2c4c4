// Package errors: making errors, wrapping them and looking into what was wrapped.
//
// Errors form a tree: Unwrap() error has one child, Unwrap() []error many (since Go 1.20). Is
// and As walk it in pre-order, depth first.
package errors

import (
	"internal/abi"
	"unsafe"
)

// ErrUnsupported says that an operation cannot be done here, since Go 1.21.
//
//since 1.21
var ErrUnsupported = New("unsupported operation")

func New(text string) error { return &errorString{text} }

type errorString struct{ s string }

func (e *errorString) Error() string { return e.s }

func Unwrap(err error) error {
	if u, ok := err.(interface{ Unwrap() error }); ok {
		return u.Unwrap()
	}
	return nil
}

func Is(err, target error) bool {
	if err == nil || target == nil {
		return err == target
	}
	return is(err, target, abi.TypeOf(target).Flags&abi.Comparable != 0)
}

func is(err, target error, comparable bool) bool {
	for err != nil {
		if comparable && err == target {
			return true
		}
		if x, ok := err.(interface{ Is(error) bool }); ok && x.Is(target) {
			return true
		}
		switch x := err.(type) {
		case interface{ Unwrap() error }:
			err = x.Unwrap()
		case interface{ Unwrap() []error }:
			for _, err := range x.Unwrap() {
				if is(err, target, comparable) {
					return true
				}
			}
			return false
		default:
			return false
		}
	}
	return false
}

// As finds the first error of the tree that target, a non-nil pointer, can hold.
//
// Where the compiler sees the type of target, it calls asFor instead: only code that names an
// interface can ask whether a value implements it.
func As(err error, target any) bool {
	if err == nil {
		return false
	}
	if target == nil {
		panic("errors: target cannot be nil")
	}
	t := abi.TypeOf(target)
	if t.Kind != abi.Pointer || abi.DataOf(target) == 0 {
		panic("errors: target must be a non-nil pointer")
	}
	return as(err, target, t.Elem)
}

func as(err error, target any, want *abi.Type) bool {
	for err != nil {
		if assign(err, want, unsafe.Pointer(abi.DataOf(target))) {
			return true
		}
		if x, ok := err.(interface{ As(any) bool }); ok && x.As(target) {
			return true
		}
		switch x := err.(type) {
		case interface{ Unwrap() error }:
			err = x.Unwrap()
		case interface{ Unwrap() []error }:
			for _, err := range x.Unwrap() {
				if as(err, target, want) {
					return true
				}
			}
			return false
		default:
			return false
		}
	}
	return false
}

// assign stores err at p if a variable of type want can hold it.
func assign(err error, want *abi.Type, p unsafe.Pointer) bool {
	if abi.TypeOf(err) != want {
		return false
	}
	abi.Store(want, p, err)
	return true
}

// asFor is As for a target of type *T.
func asFor[T any](err error, target any) bool {
	p := target.(*T)
	if p == nil {
		panic("errors: target must be a non-nil pointer")
	}
	for err != nil {
		if x, ok := any(err).(T); ok {
			*p = x
			return true
		}
		if x, ok := err.(interface{ As(any) bool }); ok && x.As(target) {
			return true
		}
		switch x := err.(type) {
		case interface{ Unwrap() error }:
			err = x.Unwrap()
		case interface{ Unwrap() []error }:
			for _, err := range x.Unwrap() {
				if asFor[T](err, target) {
					return true
				}
			}
			return false
		default:
			return false
		}
	}
	return false
}

// AsType finds the first error of type E in the tree.
//
//since 1.26
func AsType[E error](err error) (E, bool) {
	var target E
	ok := asFor[E](err, &target)
	return target, ok
}

// Join wraps those of errs that are not nil.
//
//since 1.20
func Join(errs ...error) error {
	e := &joinError{}
	for _, err := range errs {
		if err != nil {
			e.errs = append(e.errs, err)
		}
	}
	if e.errs == nil {
		return nil
	}
	return e
}

type joinError struct{ errs []error }

func (e *joinError) Error() string {
	text := e.errs[0].Error()
	for _, err := range e.errs[1:] {
		text += "\n" + err.Error()
	}
	return text
}

func (e *joinError) Unwrap() []error { return e.errs }
