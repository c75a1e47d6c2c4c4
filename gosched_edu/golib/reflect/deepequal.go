package reflect

// DeepEqual compares what values are made of (reflect/deepequal.go). Pairs of pointers that are being
// compared already count as equal, so that cycles end.
func DeepEqual(x, y any) bool {
	if x == nil || y == nil {
		return x == y
	}
	return deepEqual(ValueOf(x), ValueOf(y), map[[2]uintptr]bool{})
}

func deepEqual(a, b Value, seen map[[2]uintptr]bool) bool {
	if !a.IsValid() || !b.IsValid() {
		return a.IsValid() == b.IsValid()
	}
	if a.t != b.t {
		return false
	}
	switch a.Kind() {
	case Pointer, Map, Slice:
		if a.IsNil() != b.IsNil() {
			return false
		}
		if a.word() == b.word() && a.Kind() != Slice {
			return true
		}
		pair := [2]uintptr{a.word(), b.word()}
		if a.Kind() != Slice && seen[pair] {
			return true
		}
		seen[pair] = true
	}
	switch a.Kind() {
	case Pointer, Interface:
		return deepEqual(a.Elem(), b.Elem(), seen)
	case Array, Slice:
		if a.Len() != b.Len() {
			return false
		}
		for i := 0; i < a.Len(); i++ {
			if !deepEqual(a.Index(i), b.Index(i), seen) {
				return false
			}
		}
		return true
	case Struct:
		for i := 0; i < a.NumField(); i++ {
			if !deepEqual(a.Field(i), b.Field(i), seen) {
				return false
			}
		}
		return true
	case Map:
		return mapEqual(a, b, seen)
	case Func:
		return a.word() == 0 && b.word() == 0
	}
	a.ro, b.ro = false, false
	return a.Interface() == b.Interface()
}

func mapEqual(a, b Value, seen map[[2]uintptr]bool) bool {
	if a.Len() != b.Len() {
		return false
	}
	a.ro, b.ro = false, false
	for it := a.MapRange(); it.Next(); {
		e := b.MapIndex(it.Key())
		if !e.IsValid() || !deepEqual(it.Value(), e, seen) {
			return false
		}
	}
	return true
}
