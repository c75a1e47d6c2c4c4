package fmt

import "errors"

// Errorf makes an error whose text is the formatted one; it wraps the operands of %w, of which there
// may be several since Go 1.20.
func Errorf(format string, a ...any) error {
	p := &pp{wrapErrs: true}
	p.doPrintf(format, a)
	text := asString(p.buf)
	switch len(p.wrapped) {
	case 0:
		return errors.New(text)
	case 1:
		e := &wrapError{msg: text}
		e.err, _ = a[p.wrapped[0]].(error)
		return e
	}
	used := make([]bool, len(a))
	for _, n := range p.wrapped {
		used[n] = true
	}
	e := &wrapErrors{msg: text}
	for n, arg := range a {
		if err, ok := arg.(error); ok && used[n] {
			e.errs = append(e.errs, err)
		}
	}
	return e
}

type wrapError struct {
	msg string
	err error
}

func (e *wrapError) Error() string { return e.msg }
func (e *wrapError) Unwrap() error { return e.err }

type wrapErrors struct {
	msg  string
	errs []error
}

func (e *wrapErrors) Error() string   { return e.msg }
func (e *wrapErrors) Unwrap() []error { return e.errs }
