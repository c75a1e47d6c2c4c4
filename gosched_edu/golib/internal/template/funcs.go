package template

import (
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"strings"
)

func builtins() FuncMap {
	return FuncMap{
		"and": and, "or": and, "not": func(v reflect.Value) bool { return !truth(v) },
		"len": length, "index": index, "slice": slice, "call": call,
		"print": fmt.Sprint, "printf": fmt.Sprintf, "println": fmt.Sprintln,
		"html": HTMLEscaper, "js": JSEscaper, "urlquery": URLQueryEscaper,
		"eq": equal, "ne": notEqual, "lt": less,
		"le": func(a, b reflect.Value) (bool, error) { yes, err := less(b, a); return !yes && err == nil, err },
		"gt": func(a, b reflect.Value) (bool, error) { return less(b, a) },
		"ge": func(a, b reflect.Value) (bool, error) { yes, err := less(a, b); return !yes && err == nil, err },
	}
}

func and(v reflect.Value, rest ...reflect.Value) reflect.Value { return v } // evaluated by run.function

func length(v reflect.Value) (int, error) {
	v = indirect(v)
	switch v.Kind() {
	case reflect.Array, reflect.Chan, reflect.Map, reflect.Slice, reflect.String:
		return v.Len(), nil
	case reflect.Invalid:
		return 0, errors.New("len of nil pointer")
	}
	return 0, fmt.Errorf("len of type %s", v.Type())
}

func position(v reflect.Value, limit int) (int, error) {
	v = indirect(v)
	n := -1
	switch k := v.Kind(); {
	case k >= reflect.Int && k <= reflect.Int64:
		n = int(v.Int())
	case k >= reflect.Uint && k <= reflect.Uintptr:
		n = int(v.Uint())
	case k == reflect.Invalid:
		return 0, errors.New("cannot index slice/array with nil")
	default:
		return 0, fmt.Errorf("cannot index slice/array with type %s", v.Type())
	}
	if n < 0 || n >= limit {
		return 0, fmt.Errorf("index out of range: %d", n)
	}
	return n, nil
}

func index(v reflect.Value, keys ...reflect.Value) (reflect.Value, error) {
	v = indirect(v)
	if !v.IsValid() {
		return v, errors.New("index of untyped nil")
	}
	for _, key := range keys {
		if v = indirect(v); v.Kind() == reflect.Pointer {
			return v, errors.New("index of nil pointer")
		}
		switch v.Kind() {
		case reflect.Array, reflect.Slice, reflect.String:
			n, err := position(key, v.Len())
			if err != nil {
				return v, err
			}
			v = v.Index(n)
		case reflect.Map:
			key = indirect(key)
			if !key.IsValid() || !mapKey(v, key).Type().AssignableTo(v.Type().Key()) {
				return v, fmt.Errorf("value has type %s; should be %s", key.Type(), v.Type().Key())
			}
			found := v.MapIndex(mapKey(v, key))
			if !found.IsValid() {
				found = reflect.Zero(v.Type().Elem())
			}
			v = found
		default:
			return v, fmt.Errorf("can't index item of type %s", v.Type())
		}
	}
	return v, nil
}

func slice(v reflect.Value, bounds ...reflect.Value) (reflect.Value, error) {
	v = indirect(v)
	if k := v.Kind(); k != reflect.String && k != reflect.Slice && k != reflect.Array {
		return v, fmt.Errorf("can't slice item of type %s", v.Type())
	}
	ends := [2]int{0, v.Len()}
	if len(bounds) > 2 {
		return v, fmt.Errorf("too many slice indexes: %d", len(bounds))
	}
	for i, b := range bounds {
		n, err := position(b, v.Len()+1)
		if err != nil {
			return v, err
		}
		ends[i] = n
	}
	if ends[0] > ends[1] {
		return v, fmt.Errorf("invalid slice index: %d > %d", ends[0], ends[1])
	}
	if v.Kind() == reflect.String {
		return reflect.ValueOf(v.String()[ends[0]:ends[1]]), nil
	}
	return v.Slice(ends[0], ends[1]), nil
}

func call(f reflect.Value, args ...reflect.Value) (reflect.Value, error) {
	f = indirect(f)
	if f.Kind() != reflect.Func {
		return f, fmt.Errorf("non-function of type %s", f.Type())
	}
	for i, a := range args {
		if a.Kind() == reflect.Interface {
			args[i] = a.Elem()
		}
	}
	out := f.Call(args)
	if len(out) == 2 && !out[1].IsNil() {
		return out[0], out[1].Interface().(error)
	}
	return out[0], nil
}

// --- comparison ----------------------------------------------------------------------------------

var (
	errBad    = errors.New("invalid type for comparison")
	errNoArgs = errors.New("missing argument for comparison")
)

func incompatible(a, b reflect.Value) error {
	return fmt.Errorf("incompatible types for comparison: %s and %s", a.Type(), b.Type())
}

// group puts kinds together that compare: b bool, c complex, f float, i int, u uint, s string.
func group(v reflect.Value) byte {
	switch k := v.Kind(); {
	case k == reflect.Bool:
		return 'b'
	case k >= reflect.Int && k <= reflect.Int64:
		return 'i'
	case k >= reflect.Uint && k <= reflect.Uintptr:
		return 'u'
	case k == reflect.Float32 || k == reflect.Float64:
		return 'f'
	case k == reflect.Complex64 || k == reflect.Complex128:
		return 'c'
	case k == reflect.String:
		return 's'
	}
	return 0
}

func value(v reflect.Value) reflect.Value {
	if v.Kind() == reflect.Interface {
		return v.Elem()
	}
	return v
}

func equal(a reflect.Value, rest ...reflect.Value) (bool, error) {
	a = value(a)
	if len(rest) == 0 {
		return false, errNoArgs
	}
	for _, b := range rest {
		b = value(b)
		x, y := group(a), group(b)
		same := false
		switch {
		case x == 'i' && y == 'u':
			same = a.Int() >= 0 && uint64(a.Int()) == b.Uint()
		case x == 'u' && y == 'i':
			same = b.Int() >= 0 && uint64(b.Int()) == a.Uint()
		case x != y && a.IsValid() && b.IsValid():
			return false, incompatible(a, b)
		case x == 0 || y == 0:
			if !a.IsValid() || !b.IsValid() {
				same = a.IsValid() == b.IsValid()
			} else if !a.Type().Comparable() {
				return false, fmt.Errorf("non-comparable type %s: %v", a, a.Type())
			} else {
				same = a.Interface() == b.Interface()
			}
		case x == 'b':
			same = a.Bool() == b.Bool()
		case x == 'i':
			same = a.Int() == b.Int()
		case x == 'u':
			same = a.Uint() == b.Uint()
		case x == 'f':
			same = a.Float() == b.Float()
		case x == 'c':
			same = a.Complex() == b.Complex()
		case x == 's':
			same = a.String() == b.String()
		}
		if same {
			return true, nil
		}
	}
	return false, nil
}

func notEqual(a, b reflect.Value) (bool, error) {
	yes, err := equal(a, b)
	return !yes && err == nil, err
}

func less(a, b reflect.Value) (bool, error) {
	a, b = value(a), value(b)
	x, y := group(a), group(b)
	switch {
	case x == 0 || y == 0 || x == 'b' && y == 'b' || x == 'c' && y == 'c':
		return false, errBad
	case x == 'i' && y == 'u':
		return a.Int() < 0 || uint64(a.Int()) < b.Uint(), nil
	case x == 'u' && y == 'i':
		return b.Int() >= 0 && a.Uint() < uint64(b.Int()), nil
	case x != y:
		return false, incompatible(a, b)
	case x == 'i':
		return a.Int() < b.Int(), nil
	case x == 'u':
		return a.Uint() < b.Uint(), nil
	case x == 'f':
		return a.Float() < b.Float(), nil
	}
	return a.String() < b.String(), nil
}

// --- escaping ------------------------------------------------------------------------------------

func text(args []any) string {
	if len(args) == 1 {
		if s, ok := args[0].(string); ok {
			return s
		}
	}
	for i, a := range args {
		args[i] = printable(reflect.ValueOf(a))
	}
	return fmt.Sprint(args...)
}

var htmlReplacer = strings.NewReplacer(
	"\x00", "\uFFFD", `"`, "&#34;", "'", "&#39;", "&", "&amp;", "<", "&lt;", ">", "&gt;",
)

func HTMLEscapeString(s string) string    { return htmlReplacer.Replace(s) }
func HTMLEscaper(args ...any) string      { return HTMLEscapeString(text(args)) }
func JSEscaper(args ...any) string        { return JSEscapeString(text(args)) }
func URLQueryEscaper(args ...any) string  { return url.QueryEscape(text(args)) }

func JSEscapeString(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\\':
			b.WriteString(`\\`)
		case r == '\'':
			b.WriteString(`\'`)
		case r == '"':
			b.WriteString(`\"`)
		case r == '<' || r == '>' || r == '&' || r == '=' || r < ' ':
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
