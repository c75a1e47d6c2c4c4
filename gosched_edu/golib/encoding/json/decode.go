package json

import (
	"encoding"
	"encoding/base64"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

type Unmarshaler interface {
	UnmarshalJSON([]byte) error
}

// An UnmarshalTypeError is a value that does not fit; the others are decoded nevertheless.
type UnmarshalTypeError struct {
	Value  string
	Type   reflect.Type
	Offset int64
	Struct string
	Field  string
	Err    error
}

func (e *UnmarshalTypeError) Error() string {
	into := "Go value"
	if e.Struct != "" || e.Field != "" {
		into = e.Struct + "." + e.Field
		if last := into[strings.LastIndexByte(into, '.')+1:]; last == "" || last[0] < '0' || last[0] > '9' {
			into = "Go struct field " + into
		}
	}
	return "json: cannot unmarshal " + e.Value + " into " + into + " of type " + e.Type.String()
}

func (e *UnmarshalTypeError) Unwrap() error { return e.Err }

type InvalidUnmarshalError struct{ Type reflect.Type }

func (e *InvalidUnmarshalError) Error() string {
	switch {
	case e.Type == nil:
		return "json: Unmarshal(nil)"
	case e.Type.Kind() != reflect.Pointer:
		return "json: Unmarshal(non-pointer " + e.Type.String() + ")"
	}
	return "json: Unmarshal(nil " + e.Type.String() + ")"
}

func Unmarshal(data []byte, v any) error {
	d := &decoder{scanner: scanner{data: data}}
	return d.decode(v)
}

type decoder struct {
	scanner
	root      reflect.Type // the struct that is decoded
	path      []string
	saved     error // the first value that did not fit
	useNumber bool
	strict    bool
}

func (d *decoder) decode(v any) error {
	if err := check(d.data); err != nil {
		return err
	}
	to := reflect.ValueOf(v)
	if to.Kind() != reflect.Pointer || to.IsNil() {
		return &InvalidUnmarshalError{reflect.TypeOf(v)}
	}
	if e := to.Elem(); e.Kind() == reflect.Struct {
		d.root = e.Type()
	}
	d.into(to)
	return d.saved
}

func (d *decoder) save(err error) {
	if d.saved == nil {
		d.saved = err
	}
}

// misfit notes that what is next does not fit a type.
func (d *decoder) misfit(value string, t reflect.Type) {
	e := &UnmarshalTypeError{Value: value, Type: t, Offset: int64(d.at), Field: strings.Join(d.path, ".")}
	if d.root != nil && e.Field != "" {
		e.Struct = d.root.Name()
	}
	d.save(e)
}

// skip walks over the value that is next and returns its text.
func (d *decoder) skip() []byte {
	d.space()
	from := d.at
	d.value("")
	return d.data[from:d.at]
}

// target follows pointers, which it makes where they are nil, to what a value is stored in; or it finds
// a type that decodes itself (decode.go:indirect).
func target(v reflect.Value, null bool) (Unmarshaler, encoding.TextUnmarshaler, reflect.Value) {
	if v.Kind() != reflect.Pointer && v.CanAddr() && v.CanInterface() && v.Type().Name() != "" {
		v = v.Addr()
	}
	for {
		if v.Kind() == reflect.Interface && !v.IsNil() {
			if e := v.Elem(); e.Kind() == reflect.Pointer && !e.IsNil() && (!null || e.Elem().Kind() == reflect.Pointer) {
				v = e
				continue
			}
		}
		if v.Kind() != reflect.Pointer {
			return nil, nil, v
		}
		if null && v.CanSet() {
			return nil, nil, v
		}
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		if v.CanInterface() {
			switch u := v.Interface().(type) {
			case Unmarshaler:
				return u, nil, reflect.Value{}
			case encoding.TextUnmarshaler:
				if !null {
					return nil, u, reflect.Value{}
				}
			}
		}
		v = v.Elem()
	}
}

func (d *decoder) into(v reflect.Value) {
	d.space()
	c := d.next()
	self, text, v := target(v, c == 'n')
	if self != nil {
		if err := self.UnmarshalJSON(d.skip()); err != nil {
			d.save(err)
		}
		return
	}
	if text != nil {
		if c != '"' {
			d.misfit(kindOf(c), reflect.TypeOf(text).Elem())
			d.skip()
			return
		}
		s := unquote(d.skip())
		if err := text.UnmarshalText([]byte(s)); err != nil {
			d.save(err)
		}
		return
	}
	if v.Kind() == reflect.Interface && c != 'n' {
		if v.Type().NumMethod() > 0 {
			d.misfit(kindOf(c), v.Type())
			d.skip()
			return
		}
		v.Set(reflect.ValueOf(d.any()))
		return
	}
	switch c {
	case '{':
		d.object(v)
	case '[':
		d.array(v)
	default:
		d.literal(v, d.skip())
	}
}

func kindOf(c byte) string {
	switch c {
	case '{':
		return "object"
	case '[':
		return "array"
	case '"':
		return "string"
	case 't', 'f':
		return "bool"
	}
	return "number"
}

func (d *decoder) literal(v reflect.Value, text []byte) {
	switch text[0] {
	case 'n':
		switch v.Kind() {
		case reflect.Interface, reflect.Pointer, reflect.Map, reflect.Slice:
			v.SetZero()
		}
	case 't', 'f':
		if v.Kind() != reflect.Bool {
			d.misfit("bool", v.Type())
			return
		}
		v.SetBool(text[0] == 't')
	case '"':
		d.str(v, unquote(text))
	default:
		d.number(v, string(text))
	}
}

func (d *decoder) str(v reflect.Value, s string) {
	switch {
	case v.Kind() == reflect.String:
		v.SetString(s)
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8:
		b, err := base64.StdEncoding.DecodeString(s)
		if err != nil {
			d.save(err)
			return
		}
		v.SetBytes(b)
	default:
		d.misfit("string", v.Type())
	}
}

func (d *decoder) number(v reflect.Value, s string) {
	switch {
	case v.CanInt():
		if n, err := strconv.ParseInt(s, 10, 64); err == nil && !v.OverflowInt(n) {
			v.SetInt(n)
			return
		}
	case v.CanUint():
		if n, err := strconv.ParseUint(s, 10, 64); err == nil && !v.OverflowUint(n) {
			v.SetUint(n)
			return
		}
	case v.CanFloat():
		if f, err := strconv.ParseFloat(s, v.Type().Bits()); err == nil && !v.OverflowFloat(f) {
			v.SetFloat(f)
			return
		}
	case v.Kind() == reflect.String && v.Type() == reflect.TypeOf(Number("")):
		v.SetString(s)
		return
	default:
		d.misfit("number", v.Type())
		return
	}
	d.misfit("number "+s, v.Type())
}

func (d *decoder) array(v reflect.Value) {
	if v.Kind() != reflect.Slice && v.Kind() != reflect.Array {
		d.misfit("array", v.Type())
		d.skip()
		return
	}
	slice := v.Kind() == reflect.Slice
	d.at++
	n := 0
	d.path = append(d.path, "")
	for d.more(']') {
		d.path[len(d.path)-1] = strconv.Itoa(n)
		switch {
		case slice && n >= v.Cap():
			v.Grow(1)
			fallthrough
		case slice:
			v.SetLen(n + 1)
			v.Index(n).SetZero()
			d.into(v.Index(n))
		case n < v.Len():
			d.into(v.Index(n))
		default:
			d.skip()
		}
		n++
	}
	d.path = d.path[:len(d.path)-1]
	for i := n; !slice && i < v.Len(); i++ {
		v.Index(i).SetZero()
	}
	if slice && n == 0 {
		v.Set(reflect.MakeSlice(v.Type(), 0, 0))
	} else if slice {
		v.SetLen(n)
	}
}

// more goes on to the next member; false: it went over the closing bracket.
func (d *decoder) more(close byte) bool {
	d.space()
	if d.next() == ',' {
		d.at++
		d.space()
	}
	if d.next() == close {
		d.at++
		return false
	}
	return true
}

// key reads “"key":“.
func (d *decoder) key() string {
	d.space()
	from := d.at
	d.text()
	k := unquote(d.data[from:d.at])
	d.space()
	d.at++
	return k
}

func (d *decoder) object(v reflect.Value) {
	switch v.Kind() {
	case reflect.Map:
		if v.IsNil() {
			v.Set(reflect.MakeMap(v.Type()))
		}
		d.at++
		for d.more('}') {
			k := d.key()
			key := reflect.New(v.Type().Key()).Elem()
			d.path = append(d.path, k)
			if d.mapKey(key, k) {
				elem := reflect.New(v.Type().Elem()).Elem()
				d.into(elem)
				v.SetMapIndex(key, elem)
			} else {
				d.skip()
			}
			d.path = d.path[:len(d.path)-1]
		}
	case reflect.Struct:
		fields := fieldsOf(v.Type())
		d.at++
		for d.more('}') {
			k := d.key()
			d.field(v, lookUp(fields, k), k)
		}
	default:
		d.misfit("object", v.Type())
		d.skip()
	}
}

func (d *decoder) mapKey(key reflect.Value, k string) bool {
	if u, ok := key.Addr().Interface().(encoding.TextUnmarshaler); ok {
		err := u.UnmarshalText([]byte(k))
		if err != nil {
			d.save(err)
		}
		return err == nil
	}
	before := d.saved
	switch {
	case key.Kind() == reflect.String:
		key.SetString(k)
	case key.CanInt() || key.CanUint():
		d.number(key, k)
	default:
		d.misfit("object", key.Type())
	}
	return d.saved == before
}

func lookUp(fields []field, k string) *field {
	for i := range fields {
		if fields[i].name == k {
			return &fields[i]
		}
	}
	for i := range fields {
		if strings.EqualFold(fields[i].name, k) {
			return &fields[i]
		}
	}
	return nil
}

func (d *decoder) field(v reflect.Value, f *field, k string) {
	if f == nil {
		if d.strict {
			d.save(unknownField(k))
		}
		d.skip()
		return
	}
	x, ok := f.find(v, true)
	if !ok {
		d.skip()
		return
	}
	if d.root == nil {
		d.root = v.Type()
	}
	d.path = append(d.path, f.name)
	d.space()
	if f.quoted && d.next() == '"' {
		inner := &decoder{scanner: scanner{data: []byte(unquote(d.skip()))}, root: d.root, path: d.path}
		if check(inner.data) == nil {
			inner.into(x)
		} else {
			inner.misfit("string", x.Type())
		}
		if inner.saved != nil {
			d.save(inner.saved)
		}
	} else {
		d.into(x)
	}
	d.path = d.path[:len(d.path)-1]
}

type unknownField string

func (k unknownField) Error() string { return "json: unknown field " + strconv.Quote(string(k)) }

// any decodes what is next as maps, slices, strings, float64, bool or nil.
func (d *decoder) any() any {
	d.space()
	switch d.next() {
	case '{':
		m := map[string]any{}
		for d.at++; d.more('}'); {
			k := d.key()
			m[k] = d.any()
		}
		return m
	case '[':
		list := []any{}
		for d.at++; d.more(']'); {
			list = append(list, d.any())
		}
		return list
	}
	text := d.skip()
	switch text[0] {
	case '"':
		return unquote(text)
	case 't', 'f':
		return text[0] == 't'
	case 'n':
		return nil
	}
	if d.useNumber {
		return Number(text)
	}
	f, err := strconv.ParseFloat(string(text), 64)
	if err != nil {
		d.misfit("number "+string(text), reflect.TypeOf(0.0))
	}
	return f
}

// unquote is what a string of JSON means.
func unquote(text []byte) string {
	text = text[1 : len(text)-1]
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRune(text[i:])
			out = append(out, string(r)...)
			i += size - 1
			continue
		}
		if c != '\\' {
			out = append(out, c)
			continue
		}
		i++
		switch c = text[i]; c {
		case 'b':
			out = append(out, '\b')
		case 'f':
			out = append(out, '\f')
		case 'n':
			out = append(out, '\n')
		case 'r':
			out = append(out, '\r')
		case 't':
			out = append(out, '\t')
		case 'u':
			r := hexRune(text[i+1:])
			i += 4
			if utf16.IsSurrogate(r) {
				low := rune(-1)
				if i+6 < len(text)+0 && text[i+1] == '\\' && text[i+2] == 'u' {
					low = hexRune(text[i+3:])
				}
				if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
					i += 6
				}
			}
			out = append(out, string(r)...)
		default:
			out = append(out, c)
		}
	}
	return string(out)
}

func hexRune(b []byte) rune {
	if len(b) < 4 {
		return -1
	}
	n, err := strconv.ParseUint(string(b[:4]), 16, 32)
	if err != nil {
		return -1
	}
	return rune(n)
}
