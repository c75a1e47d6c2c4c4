package binary

import (
	"errors"
	"io"
	"math"
	"reflect"
)

// Size is how many bytes Write makes of v; -1 if it has no fixed size.
func Size(v any) int {
	x := reflect.Indirect(reflect.ValueOf(v))
	if x.Kind() == reflect.Slice {
		total := 0
		for i := range x.Len() {
			n := size(x.Index(i))
			if n < 0 {
				return -1
			}
			total += n
		}
		return total
	}
	return size(x)
}

func size(v reflect.Value) int {
	switch v.Kind() {
	case reflect.Bool, reflect.Int8, reflect.Uint8:
		return 1
	case reflect.Int16, reflect.Uint16:
		return 2
	case reflect.Int32, reflect.Uint32, reflect.Float32:
		return 4
	case reflect.Int64, reflect.Uint64, reflect.Float64, reflect.Complex64:
		return 8
	case reflect.Complex128:
		return 16
	case reflect.Array, reflect.Struct:
		total := 0
		for i := range parts(v) {
			n := size(part(v, i))
			if n < 0 {
				return -1
			}
			total += n
		}
		return total
	}
	return -1
}

func parts(v reflect.Value) int {
	if v.Kind() == reflect.Struct {
		return v.NumField()
	}
	return v.Len()
}

func part(v reflect.Value, i int) reflect.Value {
	if v.Kind() == reflect.Struct {
		return v.Field(i)
	}
	return v.Index(i)
}

func Append(buf []byte, order ByteOrder, data any) ([]byte, error) {
	v := reflect.Indirect(reflect.ValueOf(data))
	if Size(data) < 0 {
		return nil, errors.New("binary.Append: some values are not fixed-sized in type " + reflect.TypeOf(data).String())
	}
	return encode(buf, order, v), nil
}

func Write(w io.Writer, order ByteOrder, data any) error {
	if Size(data) < 0 {
		return errors.New("binary.Write: some values are not fixed-sized in type " + reflect.TypeOf(data).String())
	}
	_, err := w.Write(encode(nil, order, reflect.Indirect(reflect.ValueOf(data))))
	return err
}

func encode(out []byte, order ByteOrder, v reflect.Value) []byte {
	var x uint64
	switch k := v.Kind(); {
	case k == reflect.Array || k == reflect.Struct || k == reflect.Slice:
		for i := range parts(v) {
			out = encode(out, order, part(v, i))
		}
		return out
	case k == reflect.Bool:
		if v.Bool() {
			x = 1
		}
	case k >= reflect.Int8 && k <= reflect.Int64:
		x = uint64(v.Int())
	case k >= reflect.Uint8 && k <= reflect.Uint64:
		x = v.Uint()
	case k == reflect.Float32:
		x = uint64(math.Float32bits(float32(v.Float())))
	case k == reflect.Float64:
		x = math.Float64bits(v.Float())
	}
	b := make([]byte, 8)
	n := size(v)
	switch n {
	case 1:
		b[0] = byte(x)
	case 2:
		order.PutUint16(b, uint16(x))
	case 4:
		order.PutUint32(b, uint32(x))
	case 8:
		order.PutUint64(b, x)
	}
	return append(out, b[:n]...)
}

func Read(r io.Reader, order ByteOrder, data any) error {
	v := reflect.ValueOf(data)
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	} else if v.Kind() != reflect.Slice {
		return errors.New("binary.Read: invalid type " + reflect.TypeOf(data).String())
	}
	n := Size(data)
	if n < 0 {
		return errors.New("binary.Read: invalid type " + reflect.TypeOf(data).String())
	}
	b := make([]byte, n)
	if _, err := io.ReadFull(r, b); err != nil {
		return err
	}
	decode(b, order, v)
	return nil
}

func decode(b []byte, order ByteOrder, v reflect.Value) []byte {
	k := v.Kind()
	if k == reflect.Array || k == reflect.Struct || k == reflect.Slice {
		for i := range parts(v) {
			b = decode(b, order, part(v, i))
		}
		return b
	}
	n := size(v)
	var x uint64
	switch n {
	case 1:
		x = uint64(b[0])
	case 2:
		x = uint64(order.Uint16(b))
	case 4:
		x = uint64(order.Uint32(b))
	case 8:
		x = order.Uint64(b)
	}
	if v.CanSet() {
		switch {
		case k == reflect.Bool:
			v.SetBool(x != 0)
		case k >= reflect.Int8 && k <= reflect.Int64:
			v.SetInt(int64(x) << uint(64-8*n) >> uint(64-8*n))
		case k >= reflect.Uint8 && k <= reflect.Uint64:
			v.SetUint(x)
		case k == reflect.Float32:
			v.SetFloat(float64(math.Float32frombits(uint32(x))))
		case k == reflect.Float64:
			v.SetFloat(math.Float64frombits(x))
		}
	}
	return b[n:]
}
