package fmt

import "reflect"

// printValue prints what has no method to print itself with. depth 0 is the operand itself.
func (p *pp) printValue(v reflect.Value, verb rune, depth int) {
	if depth > 0 && v.IsValid() && v.CanInterface() {
		p.arg = v.Interface()
		if p.handleMethods(verb) {
			return
		}
	} else if depth > 0 {
		p.arg = nil
	}
	p.value = v
	switch k := v.Kind(); k {
	case reflect.Invalid:
		switch {
		case depth == 0:
			p.str("<invalid reflect.Value>")
		case verb == 'v':
			p.str("<nil>")
		default:
			p.badVerb(verb)
		}
	case reflect.Bool:
		p.fmtBool(v.Bool(), verb)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		p.fmtInt(uint64(v.Int()), true, verb)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		p.fmtInt(v.Uint(), false, verb)
	case reflect.Float32:
		p.fmtFloat(v.Float(), 32, verb)
	case reflect.Float64:
		p.fmtFloat(v.Float(), 64, verb)
	case reflect.Complex64:
		p.fmtComplex(v.Complex(), 64, verb)
	case reflect.Complex128:
		p.fmtComplex(v.Complex(), 128, verb)
	case reflect.String:
		p.fmtString(v.String(), verb)
	case reflect.Map:
		p.printMap(v, verb, depth)
	case reflect.Struct:
		p.printStruct(v, verb, depth)
	case reflect.Interface:
		e := v.Elem()
		switch {
		case e.IsValid():
			p.printValue(e, verb, depth+1)
		case p.sharpV:
			p.str(v.Type().String())
			p.str("(nil)")
		default:
			p.str("<nil>")
		}
	case reflect.Array, reflect.Slice:
		p.printList(v, verb, depth)
	case reflect.Pointer:
		if depth == 0 && !v.IsNil() {
			e := v.Elem()
			switch e.Kind() {
			case reflect.Array, reflect.Slice, reflect.Struct, reflect.Map:
				p.byte('&')
				p.printValue(e, verb, depth+1)
				return
			}
		}
		p.fmtPointer(v, verb)
	default:
		p.fmtPointer(v, verb)
	}
}

// open starts a composite: its type and a brace for %#v; false if it is nil.
func (p *pp) open(v reflect.Value, plain string, depth int) bool {
	if !p.sharpV {
		p.str(plain)
		return true
	}
	name := v.Type().String()
	if name == "[]uint8" && depth == 0 {
		name = "[]byte"
	}
	p.str(name)
	if k := v.Kind(); (k == reflect.Map || k == reflect.Slice) && v.IsNil() {
		p.str("(nil)")
		return false
	}
	p.byte('{')
	return true
}

func (p *pp) separate(i int) {
	if i > 0 && p.sharpV {
		p.str(", ")
	} else if i > 0 {
		p.byte(' ')
	}
}

func (p *pp) shut(plain byte) {
	if p.sharpV {
		plain = '}'
	}
	p.byte(plain)
}

func (p *pp) printStruct(v reflect.Value, verb rune, depth int) {
	p.open(v, "{", depth)
	t := v.Type()
	for i := 0; i < v.NumField(); i++ {
		p.separate(i)
		if p.plusV || p.sharpV {
			p.str(t.Field(i).Name)
			p.byte(':')
		}
		f := v.Field(i)
		if f.Kind() == reflect.Interface && !f.IsNil() {
			f = f.Elem()
		}
		p.printValue(f, verb, depth+1)
	}
	p.byte('}')
}

func (p *pp) printMap(v reflect.Value, verb rune, depth int) {
	if !p.open(v, "map[", depth) {
		return
	}
	var keys, elems []reflect.Value
	for it := v.MapRange(); it.Next(); {
		k, e := it.Key(), it.Value()
		i := len(keys)
		keys, elems = append(keys, k), append(elems, e)
		for ; i > 0 && compare(keys[i-1], k) > 0; i-- {
			keys[i], elems[i] = keys[i-1], elems[i-1]
		}
		keys[i], elems[i] = k, e
	}
	for i := range keys {
		p.separate(i)
		p.printValue(keys[i], verb, depth+1)
		p.byte(':')
		p.printValue(elems[i], verb, depth+1)
	}
	p.shut(']')
}

func (p *pp) printList(v reflect.Value, verb rune, depth int) {
	if v.Type().Elem().Kind() == reflect.Uint8 {
		switch verb {
		case 's', 'q', 'x', 'X':
			b := make([]byte, v.Len())
			for i := range b {
				b[i] = byte(v.Index(i).Uint())
			}
			p.fmtString(string(b), verb)
			return
		}
	}
	if verb == 'p' {
		p.fmtPointer(v, verb)
		return
	}
	if !p.open(v, "[", depth) {
		return
	}
	for i := 0; i < v.Len(); i++ {
		p.separate(i)
		p.printValue(v.Index(i), verb, depth+1)
	}
	p.shut(']')
}

// compare orders map keys (internal/fmtsort): nil first, false before true, structs and arrays by
// their parts, interfaces by type and then value.
func compare(a, b reflect.Value) int {
	if a.Kind() != b.Kind() {
		return order(a.Kind() < b.Kind(), a.Kind() > b.Kind())
	}
	switch a.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return order(a.Int() < b.Int(), a.Int() > b.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return order(a.Uint() < b.Uint(), a.Uint() > b.Uint())
	case reflect.String:
		return order(a.String() < b.String(), a.String() > b.String())
	case reflect.Float32, reflect.Float64:
		return compareFloat(a.Float(), b.Float())
	case reflect.Complex64, reflect.Complex128:
		x, y := a.Complex(), b.Complex()
		if c := compareFloat(real(x), real(y)); c != 0 {
			return c
		}
		return compareFloat(imag(x), imag(y))
	case reflect.Bool:
		return order(!a.Bool() && b.Bool(), a.Bool() && !b.Bool())
	case reflect.Struct:
		for i := 0; i < a.NumField(); i++ {
			if c := compare(a.Field(i), b.Field(i)); c != 0 {
				return c
			}
		}
		return 0
	case reflect.Array:
		for i := 0; i < a.Len(); i++ {
			if c := compare(a.Index(i), b.Index(i)); c != 0 {
				return c
			}
		}
		return 0
	case reflect.Interface:
		if a.IsNil() || b.IsNil() {
			return order(a.IsNil() && !b.IsNil(), b.IsNil() && !a.IsNil())
		}
		return compare(a.Elem(), b.Elem())
	case reflect.Pointer, reflect.Chan, reflect.UnsafePointer:
		return order(a.Pointer() < b.Pointer(), a.Pointer() > b.Pointer())
	}
	return 0
}

func order(less, more bool) int {
	switch {
	case less:
		return -1
	case more:
		return 1
	}
	return 0
}

// compareFloat puts NaN before all numbers.
func compareFloat(x, y float64) int {
	if x != x || y != y {
		return order(x != x && y == y, x == x && y != y)
	}
	return order(x < y, x > y)
}
