//go:build go1.21

package slog

import (
	"fmt"
	"time"
)

type Kind int

const (
	KindAny Kind = iota
	KindBool
	KindDuration
	KindFloat64
	KindInt64
	KindString
	KindTime
	KindUint64
	KindGroup
	KindLogValuer
)

// A Value is any value; its kind says how handlers write it.
type Value struct{ any any }

type LogValuer interface {
	LogValue() Value
}

func AnyValue(v any) Value {
	if x, ok := v.(Value); ok {
		return x
	}
	return Value{v}
}

func StringValue(v string) Value          { return Value{v} }
func IntValue(v int) Value                { return Value{int64(v)} }
func Int64Value(v int64) Value            { return Value{v} }
func Uint64Value(v uint64) Value          { return Value{v} }
func Float64Value(v float64) Value        { return Value{v} }
func BoolValue(v bool) Value              { return Value{v} }
func TimeValue(v time.Time) Value         { return Value{v} }
func DurationValue(v time.Duration) Value { return Value{v} }
func GroupValue(as ...Attr) Value         { return Value{as} }

func (v Value) Kind() Kind {
	switch v.any.(type) {
	case bool:
		return KindBool
	case time.Duration:
		return KindDuration
	case float64, float32:
		return KindFloat64
	case int, int8, int16, int32, int64:
		return KindInt64
	case string:
		return KindString
	case time.Time:
		return KindTime
	case uint, uint8, uint16, uint32, uint64:
		return KindUint64
	case []Attr:
		return KindGroup
	case LogValuer:
		return KindLogValuer
	}
	return KindAny
}

func (v Value) Any() any       { return v.any }
func (v Value) Group() []Attr  { return v.any.([]Attr) }
func (v Value) Int64() int64   { return v.any.(int64) }
func (v Value) String() string { return fmt.Sprint(v.any) }

func (v Value) Equal(w Value) bool { return v.any == w.any }

// Resolve calls LogValue as long as there is one.
func (v Value) Resolve() Value {
	for i := 0; i < 100; i++ {
		lv, ok := v.any.(LogValuer)
		if !ok {
			break
		}
		v = lv.LogValue()
	}
	return v
}

type Attr struct {
	Key   string
	Value Value
}

func (a Attr) Equal(b Attr) bool { return a.Key == b.Key && a.Value.Equal(b.Value) }
func (a Attr) String() string    { return a.Key + "=" + a.Value.String() }

func String(key, v string) Attr                 { return Attr{key, Value{v}} }
func Int(key string, v int) Attr                { return Attr{key, Value{int64(v)}} }
func Int64(key string, v int64) Attr            { return Attr{key, Value{v}} }
func Uint64(key string, v uint64) Attr          { return Attr{key, Value{v}} }
func Float64(key string, v float64) Attr        { return Attr{key, Value{v}} }
func Bool(key string, v bool) Attr              { return Attr{key, Value{v}} }
func Time(key string, v time.Time) Attr         { return Attr{key, Value{v}} }
func Duration(key string, v time.Duration) Attr { return Attr{key, Value{v}} }
func Any(key string, v any) Attr                { return Attr{key, AnyValue(v)} }
func Group(key string, args ...any) Attr        { return Attr{key, Value{toAttrs(args)}} }

// toAttrs pairs keys with values; what has no key gets !BADKEY.
func toAttrs(args []any) []Attr {
	var attrs []Attr
	for len(args) > 0 {
		switch x := args[0].(type) {
		case Attr:
			attrs = append(attrs, x)
			args = args[1:]
		case string:
			if len(args) == 1 {
				return append(attrs, String("!BADKEY", x))
			}
			attrs = append(attrs, Any(x, args[1]))
			args = args[2:]
		default:
			attrs = append(attrs, Any("!BADKEY", x))
			args = args[1:]
		}
	}
	return attrs
}
