// The errors that the runtime itself raises, with Go's texts (error.go, panic.go).
//
// All are values of runtime.Error, so that recover can tell them from a program's own.
package runtime

// Error identifies a run time error.
type Error interface {
	error
	RuntimeError()
}

// errorString is an error that Go words "runtime error: ...".
type errorString string

func (e errorString) RuntimeError() {}
func (e errorString) Error() string { return "runtime error: " + string(e) }

// plainError is an error without that prefix.
type plainError string

func (e plainError) RuntimeError() {}
func (e plainError) Error() string { return string(e) }

// memoryError is a fault at an address; a debugger would call it a signal.
var memoryError = error(errorString("invalid memory address or nil pointer dereference"))

// A PanicNilError is what panic(nil) raises, since Go 1.21.
type PanicNilError struct {
	_ [0]*PanicNilError
}

func (*PanicNilError) RuntimeError() {}
func (*PanicNilError) Error() string {
	if goMinor() >= 27 {
		return "runtime error: panic called with nil argument"
	}
	return "panic called with nil argument (use GODEBUG=panicnil=1 to disable)"
}

// A boundsError is an index or slice expression out of range; code says which text.
type boundsError struct {
	x    int
	y    int
	code int
}

const (
	boundsIndex = iota
	boundsSliceAlen
	boundsSliceAcap
	boundsSliceB
	boundsSlice3Alen
	boundsSlice3Acap
	boundsSlice3B
	boundsSlice3C
	boundsConvert
)

func (e boundsError) RuntimeError() {}

func (e boundsError) Error() string {
	text := "runtime error: "
	if e.code == boundsConvert {
		return text + "cannot convert slice with length " + itoa(e.y) + " to array or pointer to array with length " + itoa(e.x)
	}
	x, y := itoa(e.x), itoa(e.y)
	if e.code == boundsIndex {
		text += "index out of range [" + x + "]"
		if e.x >= 0 {
			text += " with length " + y
		}
		return text
	}
	text += "slice bounds out of range ["
	if e.code >= boundsSliceB && e.code != boundsSlice3Alen && e.code != boundsSlice3Acap && e.x < 0 {
		y = "" // the other bound says nothing about a negative one
	}
	switch e.code {
	case boundsSliceB:
		return text + x + ":" + y + "]"
	case boundsSlice3B:
		return text + ":" + x + ":" + y + "]"
	case boundsSlice3C:
		return text + x + ":" + y + ":]"
	case boundsSlice3Alen, boundsSlice3Acap:
		text += ":"
	}
	text += ":" + x + "]"
	if e.x < 0 {
		return text
	}
	if e.code == boundsSliceAlen || e.code == boundsSlice3Alen {
		return text + " with length " + y
	}
	return text + " with capacity " + y
}

// A TypeAssertionError explains a failed type assertion.
type TypeAssertionError struct {
	_interface    *_type
	concrete      *_type
	asserted      *_type
	missingMethod string
}

func (*TypeAssertionError) RuntimeError() {}

func (e *TypeAssertionError) Error() string {
	inter := "interface"
	if e._interface != nil {
		inter = e._interface.Name
	}
	as := e.asserted.Name
	if e.concrete == nil {
		return "interface conversion: " + inter + " is nil, not " + as
	}
	cs := e.concrete.Name
	if e.missingMethod != "" {
		return "interface conversion: " + cs + " is not " + as + ": missing method " + e.missingMethod
	}
	text := "interface conversion: " + inter + " is " + cs + ", not " + as
	if cs == as {
		text += " (types from different scopes)"
	}
	return text
}
