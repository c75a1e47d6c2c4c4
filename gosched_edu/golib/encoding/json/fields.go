package json

import (
	"reflect"
	"strings"
	"unicode"
)

// A field of a struct as JSON sees it; one of an embedded struct lies at a path of indices.
type field struct {
	name      string
	index     []int
	tagged    bool
	omitEmpty bool
	omitZero  bool
	quoted    bool
}

// find is the field in v; embedded pointers that are nil are filled if `make`, else it is not there.
func (f *field) find(v reflect.Value, make bool) (reflect.Value, bool) {
	for i, x := range f.index {
		if i > 0 && v.Kind() == reflect.Pointer {
			if v.IsNil() {
				if !make || !v.CanSet() {
					return reflect.Value{}, false
				}
				v.Set(reflect.New(v.Type().Elem()))
			}
			v = v.Elem()
		}
		v = v.Field(x)
	}
	return v, true
}

// fieldsOf lists the fields of a struct, in their order. Of several with a name, the least deep one
// counts, or the only one with a tag among those (encode.go:dominantField).
func fieldsOf(t reflect.Type) []field {
	all := collect(t, nil, nil)
	var out []field
	for i := range all {
		if dominant(all, i) {
			out = append(out, all[i])
		}
	}
	return out
}

func dominant(all []field, i int) bool {
	f := &all[i]
	for j := range all {
		g := &all[j]
		if i == j || g.name != f.name {
			continue
		}
		if len(g.index) < len(f.index) {
			return false
		}
		if len(g.index) == len(f.index) && (g.tagged || !f.tagged) {
			return false
		}
	}
	return true
}

func collect(t reflect.Type, path []int, outer []reflect.Type) (out []field) {
	for _, o := range outer {
		if o == t {
			return nil
		}
	}
	for i := 0; i < t.NumField(); i++ {
		s := t.Field(i)
		inner := s.Type
		if inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		if !s.IsExported() && !(s.Anonymous && inner.Kind() == reflect.Struct) {
			continue
		}
		tag := s.Tag.Get("json")
		if tag == "-" {
			continue
		}
		parts := strings.Split(tag, ",")
		name, options := parts[0], parts[1:]
		if !validName(name) {
			name = ""
		}
		at := append(append([]int(nil), path...), i)
		if s.Anonymous && name == "" && inner.Kind() == reflect.Struct {
			out = append(out, collect(inner, at, append(outer, t))...)
			continue
		}
		f := field{name: name, index: at, tagged: name != ""}
		if name == "" {
			f.name = s.Name
		}
		for _, o := range options {
			switch o {
			case "omitempty":
				f.omitEmpty = true
			case "omitzero":
				f.omitZero = true
			case "string":
				switch k := inner.Kind(); {
				case k >= reflect.Bool && k <= reflect.Float64, k == reflect.String:
					f.quoted = true
				}
			}
		}
		out = append(out, f)
	}
	return out
}

func validName(s string) bool {
	for _, c := range s {
		if !unicode.IsLetter(c) && !unicode.IsDigit(c) && !strings.ContainsRune("!#$%&()*+-./:;<=>?@[]^_{|}~ ", c) {
			return false
		}
	}
	return s != ""
}
