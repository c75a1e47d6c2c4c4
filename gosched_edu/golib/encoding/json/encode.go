// Package json: values as JSON and back (encoding/json), by what reflect says of their types.
//
// The texts of errors and the form of the output are those of Go. Decoding walks over the text once to
// see that it is well formed, and a second time to store it, so that a bad text changes nothing.
package json

import (
	"bytes"
	"encoding"
	"encoding/base64"
	"fmt"
	"math"
	"reflect"
	"sort"
	"strconv"
	"unicode/utf8"
)

type Marshaler interface {
	MarshalJSON() ([]byte, error)
}

type UnsupportedTypeError struct{ Type reflect.Type }

func (e *UnsupportedTypeError) Error() string { return "json: unsupported type: " + e.Type.String() }

type UnsupportedValueError struct {
	Value reflect.Value
	Str   string
}

func (e *UnsupportedValueError) Error() string { return "json: unsupported value: " + e.Str }

type MarshalerError struct {
	Type   reflect.Type
	Err    error
	method string
}

func (e *MarshalerError) Error() string {
	return "json: error calling " + e.method + " for type " + e.Type.String() + ": " + e.Err.Error()
}

func (e *MarshalerError) Unwrap() error { return e.Err }

// A RawMessage is JSON that is kept as it is.
type RawMessage []byte

func (m RawMessage) MarshalJSON() ([]byte, error) {
	if m == nil {
		return []byte("null"), nil
	}
	return m, nil
}

func (m *RawMessage) UnmarshalJSON(data []byte) error {
	*m = append((*m)[:0], data...)
	return nil
}

// A Number is the text of a number.
type Number string

func (n Number) String() string            { return string(n) }
func (n Number) Float64() (float64, error) { return strconv.ParseFloat(string(n), 64) }
func (n Number) Int64() (int64, error)     { return strconv.ParseInt(string(n), 10, 64) }

func Marshal(v any) ([]byte, error) { return marshal(v, true) }

func marshal(v any, escape bool) (out []byte, err error) {
	e := &encoder{escape: escape}
	defer func() {
		if r := recover(); r != nil {
			failed, ok := r.(failure)
			if !ok {
				panic(r)
			}
			out, err = nil, failed.err
		}
	}()
	e.value(reflect.ValueOf(v), false)
	return e.out, nil
}

func MarshalIndent(v any, prefix, indent string) ([]byte, error) {
	b, err := Marshal(v)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = Indent(&out, b, prefix, indent)
	return out.Bytes(), err
}

// failure is an error on its way up.
type failure struct{ err error }

type encoder struct {
	out    []byte
	escape bool
	depth  int
}

func (e *encoder) str(s string) { e.out = append(e.out, s...) }

func (e *encoder) value(v reflect.Value, quoted bool) {
	if !v.IsValid() {
		e.str("null")
		return
	}
	if e.depth++; e.depth > 1000 {
		panic(failure{&UnsupportedValueError{v, "encountered a cycle via " + v.Type().String()}})
	}
	defer func() { e.depth-- }()
	if e.custom(v) {
		return
	}
	switch v.Kind() {
	case reflect.Bool:
		e.maybeQuoted(strconv.FormatBool(v.Bool()), quoted)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		e.maybeQuoted(strconv.FormatInt(v.Int(), 10), quoted)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		e.maybeQuoted(strconv.FormatUint(v.Uint(), 10), quoted)
	case reflect.Float32:
		e.maybeQuoted(number(v, 32), quoted)
	case reflect.Float64:
		e.maybeQuoted(number(v, 64), quoted)
	case reflect.String:
		if v.Type() == reflect.TypeOf(Number("")) {
			s := v.String()
			if s == "" {
				s = "0"
			}
			e.maybeQuoted(s, quoted)
		} else if quoted {
			inner := &encoder{escape: e.escape}
			inner.text(v.String())
			e.text(string(inner.out))
		} else {
			e.text(v.String())
		}
	case reflect.Interface, reflect.Pointer:
		if v.IsNil() {
			e.str("null")
		} else {
			e.value(v.Elem(), quoted)
		}
	case reflect.Struct:
		e.object(v)
	case reflect.Map:
		e.mapping(v)
	case reflect.Slice, reflect.Array:
		e.list(v)
	default:
		panic(failure{&UnsupportedTypeError{v.Type()}})
	}
}

func (e *encoder) maybeQuoted(s string, quoted bool) {
	if quoted {
		s = `"` + s + `"`
	}
	e.str(s)
}

// custom lets a type with MarshalJSON or MarshalText write itself.
func (e *encoder) custom(v reflect.Value) bool {
	if !v.CanInterface() {
		return false
	}
	x := v.Interface()
	if v.Kind() != reflect.Pointer && v.CanAddr() && v.Kind() != reflect.Interface {
		if p := v.Addr().Interface(); isCustom(p) {
			x = p
		}
	}
	if v.Kind() == reflect.Interface || v.Kind() == reflect.Pointer && v.IsNil() {
		return false
	}
	switch m := x.(type) {
	case Marshaler:
		b, err := m.MarshalJSON()
		if err == nil {
			var compact bytes.Buffer
			if err = Compact(&compact, b); err == nil {
				e.out = append(e.out, compact.Bytes()...)
				return true
			}
		}
		panic(failure{&MarshalerError{v.Type(), err, "MarshalJSON"}})
	case encoding.TextMarshaler:
		b, err := m.MarshalText()
		if err != nil {
			panic(failure{&MarshalerError{v.Type(), err, "MarshalText"}})
		}
		e.text(string(b))
		return true
	}
	return false
}

func isCustom(x any) bool {
	switch x.(type) {
	case Marshaler, encoding.TextMarshaler:
		return true
	}
	return false
}

func number(v reflect.Value, bits int) string {
	f := v.Float()
	if math.IsInf(f, 0) || math.IsNaN(f) {
		panic(failure{&UnsupportedValueError{v, strconv.FormatFloat(f, 'g', -1, bits)}})
	}
	format := byte('f')
	abs := math.Abs(f)
	if abs != 0 && (bits == 64 && (abs < 1e-6 || abs >= 1e21) ||
		bits == 32 && (float32(abs) < 1e-6 || float32(abs) >= 1e21)) {
		format = 'e'
	}
	s := strconv.FormatFloat(f, format, -1, bits)
	if n := len(s); format == 'e' && n >= 4 && s[n-4] == 'e' && s[n-3] == '-' && s[n-2] == '0' {
		s = s[:n-2] + s[n-1:]
	}
	return s
}

const hex = "0123456789abcdef"

func (e *encoder) text(s string) {
	b := append(e.out, '"')
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			i++
			switch {
			case c == '"' || c == '\\':
				b = append(b, '\\', c)
			case c == '\b':
				b = append(b, '\\', 'b')
			case c == '\f':
				b = append(b, '\\', 'f')
			case c == '\n':
				b = append(b, '\\', 'n')
			case c == '\r':
				b = append(b, '\\', 'r')
			case c == '\t':
				b = append(b, '\\', 't')
			case c < ' ' || e.escape && (c == '<' || c == '>' || c == '&'):
				b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
			default:
				b = append(b, c)
			}
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			b = append(b, `\ufffd`...)
		case r == '\u2028' || r == '\u2029':
			b = append(b, `\u202`...)
			b = append(b, hex[r&15])
		default:
			b = append(b, s[i:i+size]...)
		}
		i += size
	}
	e.out = append(b, '"')
}

func (e *encoder) object(v reflect.Value) {
	next := byte('{')
	for _, f := range fieldsOf(v.Type()) {
		x, ok := f.find(v, false)
		if !ok || f.omitEmpty && empty(x) || f.omitZero && isZero(x) {
			continue
		}
		e.out = append(e.out, next)
		next = ','
		e.text(f.name)
		e.out = append(e.out, ':')
		e.value(x, f.quoted)
	}
	if next == '{' {
		e.out = append(e.out, '{')
	}
	e.out = append(e.out, '}')
}

func empty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Array, reflect.Map, reflect.Slice, reflect.String:
		return v.Len() == 0
	case reflect.Interface, reflect.Pointer:
		return v.IsNil()
	case reflect.Struct:
		return false
	}
	return v.IsZero()
}

func isZero(v reflect.Value) bool {
	if v.CanInterface() {
		if z, ok := v.Interface().(interface{ IsZero() bool }); ok && !(v.Kind() == reflect.Pointer && v.IsNil()) {
			return z.IsZero()
		}
	}
	return v.IsZero()
}

func (e *encoder) mapping(v reflect.Value) {
	if v.IsNil() {
		e.str("null")
		return
	}
	type pair struct {
		key  string
		elem reflect.Value
	}
	var pairs []pair
	for it := v.MapRange(); it.Next(); {
		pairs = append(pairs, pair{keyText(it.Key(), v.Type()), it.Value()})
	}
	sort.Slice(pairs, func(i, j int) bool { return pairs[i].key < pairs[j].key })
	e.out = append(e.out, '{')
	for i, p := range pairs {
		if i > 0 {
			e.out = append(e.out, ',')
		}
		e.text(p.key)
		e.out = append(e.out, ':')
		e.value(p.elem, false)
	}
	e.out = append(e.out, '}')
}

func keyText(k reflect.Value, of reflect.Type) string {
	switch {
	case k.Kind() == reflect.String:
		return k.String()
	case k.CanInt():
		if m, ok := k.Interface().(encoding.TextMarshaler); ok {
			b, _ := m.MarshalText()
			return string(b)
		}
		return strconv.FormatInt(k.Int(), 10)
	case k.CanUint():
		return strconv.FormatUint(k.Uint(), 10)
	}
	if m, ok := k.Interface().(encoding.TextMarshaler); ok {
		b, err := m.MarshalText()
		if err != nil {
			panic(failure{&MarshalerError{k.Type(), err, "MarshalText"}})
		}
		return string(b)
	}
	panic(failure{&UnsupportedTypeError{of}})
}

func (e *encoder) list(v reflect.Value) {
	if v.Kind() == reflect.Slice {
		if v.IsNil() {
			e.str("null")
			return
		}
		if v.Type().Elem().Kind() == reflect.Uint8 {
			e.str(`"` + base64.StdEncoding.EncodeToString(v.Bytes()) + `"`)
			return
		}
	}
	e.out = append(e.out, '[')
	for i := 0; i < v.Len(); i++ {
		if i > 0 {
			e.out = append(e.out, ',')
		}
		e.value(v.Index(i), false)
	}
	e.out = append(e.out, ']')
}

// --- forms of a text -----------------------------------------------------------------------------

// Compact takes out the space between tokens.
func Compact(dst *bytes.Buffer, src []byte) error {
	return layout(dst, src, "", "", false)
}

func Indent(dst *bytes.Buffer, src []byte, prefix, indent string) error {
	return layout(dst, src, prefix, indent, true)
}

func layout(dst *bytes.Buffer, src []byte, prefix, indent string, lines bool) error {
	if err := check(src); err != nil {
		return err
	}
	depth := 0
	newline := func() {
		if lines {
			dst.WriteString("\n" + prefix)
			for i := 0; i < depth; i++ {
				dst.WriteString(indent)
			}
		}
	}
	for i := 0; i < len(src); i++ {
		switch c := src[i]; c {
		case ' ', '\t', '\r', '\n':
		case '{', '[':
			dst.WriteByte(c)
			j := skipSpace(src, i+1)
			if src[j] == '}' || src[j] == ']' {
				dst.WriteByte(src[j])
				i = j
				continue
			}
			depth++
			newline()
		case '}', ']':
			depth--
			newline()
			dst.WriteByte(c)
		case ',':
			dst.WriteByte(c)
			newline()
		case ':':
			dst.WriteByte(c)
			if lines {
				dst.WriteByte(' ')
			}
		case '"':
			end := i + 1
			for ; src[end] != '"'; end++ {
				if src[end] == '\\' {
					end++
				}
			}
			dst.Write(src[i : end+1])
			i = end
		default:
			dst.WriteByte(c)
		}
	}
	return nil
}

func HTMLEscape(dst *bytes.Buffer, src []byte) {
	for _, c := range src {
		if c == '<' || c == '>' || c == '&' {
			fmt.Fprintf(dst, `\u%04x`, c)
		} else {
			dst.WriteByte(c)
		}
	}
}
