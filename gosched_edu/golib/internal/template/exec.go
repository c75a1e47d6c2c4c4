package template

import (
	"errors"
	"fmt"
	"io"
	"reflect"
	"sort"
	"strings"
)

type variable struct {
	name  string
	value reflect.Value
}

// A run is one execution; tail is the end of what has been written, for the escaper.
type run struct {
	t     *Template
	w     io.Writer
	vars  []variable
	depth int
	tail  *[]byte
}

var errBreak, errContinue = errors.New("break"), errors.New("continue")

type failure struct{ err error }

func (t *Template) Execute(w io.Writer, data any) (err error) {
	defer func() {
		if e := recover(); e != nil {
			f, ok := e.(failure)
			if !ok {
				panic(e)
			}
			err = f.err
		}
	}()
	if !t.defined {
		return fmt.Errorf("template: %q is an incomplete or empty template", t.name)
	}
	value, ok := data.(reflect.Value)
	if !ok {
		value = reflect.ValueOf(data)
	}
	r := &run{t: t, w: w, vars: []variable{{"$", value}}, tail: new([]byte)}
	r.walk(value, t.nodes)
	return nil
}

// where is the place of a node, as messages have it.
func (r *run) where(pos int) string {
	text := r.t.text[:min(pos, len(r.t.text))]
	return fmt.Sprintf("%s:%d:%d", r.t.source, 1+strings.Count(text, "\n"), pos-(strings.LastIndex(text, "\n")+1))
}

func (r *run) fail(pos int, what string, format string, args ...any) {
	at := ""
	if what != "" {
		at = fmt.Sprintf(" at <%s>", what)
	}
	err := fmt.Errorf("template: %s: executing %q%s: %w", r.where(pos), r.t.name, at, fmt.Errorf(format, args...))
	panic(failure{ExecError{r.t.name, err}})
}

func (r *run) write(s string) {
	if _, err := io.WriteString(r.w, s); err != nil {
		panic(failure{err})
	}
	if r.t.Escape != nil {
		*r.tail = append(*r.tail, s...)
		if n := len(*r.tail); n > 4096 {
			*r.tail = (*r.tail)[n-2048:]
		}
	}
}

func (r *run) walk(dot reflect.Value, list []*node) error {
	for _, n := range list {
		if err := r.step(dot, n); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) step(dot reflect.Value, n *node) error {
	known := len(r.vars)
	switch n.word {
	case "text":
		r.write(n.text)
	case "action":
		v := r.pipe(dot, n.pipe)
		if len(n.pipe.vars) == 0 {
			r.print(n, v)
		}
	case "if", "with":
		v := r.pipe(dot, n.pipe)
		list := n.list
		if !truth(v) {
			list = n.rest
		} else if n.word == "with" {
			dot = v
		}
		err := r.walk(dot, list)
		r.vars = r.vars[:known]
		return err
	case "range":
		r.loop(dot, n)
		r.vars = r.vars[:known]
	case "template":
		r.call(dot, n)
	case "break":
		return errBreak
	case "continue":
		return errContinue
	}
	return nil
}

func (r *run) call(dot reflect.Value, n *node) {
	found := r.t.set[n.text]
	if found == nil || !found.defined {
		what := fmt.Sprintf("{{template %q}}", n.text)
		if n.pipe != nil {
			what = fmt.Sprintf("{{template %q %s}}", n.text, show(n.pipe))
		}
		r.fail(n.pos, what, "template %q not defined", n.text)
	}
	if r.depth > 1000 {
		r.fail(n.pos, "", "exceeded maximum template depth (%v)", 1000)
	}
	v := reflect.Value{}
	if n.pipe != nil {
		v = r.pipe(dot, n.pipe)
	}
	inner := &run{t: found, w: r.w, vars: []variable{{"$", v}}, depth: r.depth + 1, tail: r.tail}
	inner.walk(v, found.nodes)
}

func (r *run) loop(dot reflect.Value, n *node) {
	v := indirect(r.pipe(dot, n.pipe))
	known := len(r.vars)
	declared := known - len(n.pipe.vars)
	if n.pipe.assign {
		declared = known
	}
	count := 0
	once := func(i, e reflect.Value) bool {
		count++
		names := n.pipe.vars
		if len(names) == 1 {
			r.set(names[0], e, declared, n.pipe.assign)
		} else if len(names) == 2 {
			r.set(names[0], i, declared, n.pipe.assign)
			r.set(names[1], e, declared+1, n.pipe.assign)
		}
		err := r.walk(e, n.list)
		r.vars = r.vars[:known]
		return err != errBreak
	}
	switch v.Kind() {
	case reflect.Slice, reflect.Array:
		for i := 0; i < v.Len() && once(reflect.ValueOf(i), v.Index(i)); i++ {
		}
	case reflect.Map:
		for _, k := range sortedKeys(v) {
			if !once(k, v.MapIndex(k)) {
				break
			}
		}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		for i := 0; i < int(v.Int()) && once(reflect.ValueOf(i), reflect.ValueOf(i)); i++ {
		}
	case reflect.String:
		for i, c := range v.String() {
			if !once(reflect.ValueOf(i), reflect.ValueOf(c)) {
				break
			}
		}
	case reflect.Invalid:
	default:
		r.fail(n.pos, show(n.pipe), "range can't iterate over %v", printable(v))
	}
	if count == 0 {
		r.vars = r.vars[:known]
		r.walk(dot, n.rest)
	}
}

func (r *run) set(name string, v reflect.Value, at int, assign bool) {
	if !assign {
		r.vars[at].value = v
		return
	}
	for i := len(r.vars) - 1; i >= 0; i-- {
		if r.vars[i].name == name {
			r.vars[i].value = v
			return
		}
	}
}

func sortedKeys(v reflect.Value) []reflect.Value {
	keys := v.MapKeys()
	sort.Slice(keys, func(i, j int) bool {
		a, b := keys[i], keys[j]
		switch a.Kind() {
		case reflect.String:
			return a.String() < b.String()
		case reflect.Float32, reflect.Float64:
			return a.Float() < b.Float()
		case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
			return a.Int() < b.Int()
		case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
			return a.Uint() < b.Uint()
		case reflect.Bool:
			return !a.Bool() && b.Bool()
		}
		return false
	})
	return keys
}

// --- values --------------------------------------------------------------------------------------

func show(p *pipe) string {
	var cmds []string
	for _, c := range p.cmds {
		cmds = append(cmds, command(c))
	}
	return strings.Join(cmds, " | ")
}

func command(c []*arg) string {
	var words []string
	for _, a := range c {
		words = append(words, a.text)
	}
	return strings.Join(words, " ")
}

func (r *run) pipe(dot reflect.Value, p *pipe) (v reflect.Value) {
	for i, c := range p.cmds {
		v = r.command(dot, c, v, i > 0)
		if v.Kind() == reflect.Interface && v.NumMethod() == 0 {
			v = v.Elem()
		}
	}
	for _, name := range p.vars {
		if p.assign {
			r.set(name, v, 0, true)
		} else {
			r.vars = append(r.vars, variable{name, v})
		}
	}
	return v
}

// command evaluates one command; final is what the one before it gave, if there is one.
func (r *run) command(dot reflect.Value, c []*arg, final reflect.Value, piped bool) reflect.Value {
	first := c[0]
	if first.kind == 'f' {
		return r.chain(dot, first, r.function(dot, first, c, final, piped && len(first.fields) == 0), nil, final, false)
	}
	if n := len(first.fields); n > 0 {
		return r.chain(dot, first, r.base(dot, first), c[1:], final, piped)
	}
	if len(c) > 1 || piped {
		if first.kind == 'p' || first.kind == '$' || first.kind == '.' {
			r.fail(first.pos, first.text, "can't give argument to non-function %s", first.text)
		}
		r.fail(first.pos, first.text, "can't give argument to non-function %s", first.text)
	}
	if first.kind == '0' {
		r.fail(first.pos, first.text, "nil is not a command")
	}
	return r.base(dot, first)
}

// base is the value of an operand without its fields.
func (r *run) base(dot reflect.Value, a *arg) reflect.Value {
	switch a.kind {
	case '.':
		return dot
	case '$':
		for i := len(r.vars) - 1; i >= 0; i-- {
			if r.vars[i].name == a.name {
				return r.vars[i].value
			}
		}
		r.fail(a.pos, a.text, "undefined variable: %s", a.name)
	case 'p':
		return r.pipe(dot, a.inner)
	case '0':
		return reflect.Value{}
	case 'f':
		return r.function(dot, a, []*arg{a}, reflect.Value{}, false)
	}
	return reflect.ValueOf(a.value)
}

func (r *run) operand(dot reflect.Value, a *arg) reflect.Value {
	return r.chain(dot, a, r.base(dot, a), nil, reflect.Value{}, false)
}

// chain walks the fields of an operand; the last may be a method that takes args.
func (r *run) chain(dot reflect.Value, a *arg, v reflect.Value, args []*arg, final reflect.Value, piped bool) reflect.Value {
	for i, name := range a.fields {
		if i == len(a.fields)-1 {
			return r.field(dot, a, name, v, args, final, piped)
		}
		v = r.field(dot, a, name, v, nil, reflect.Value{}, false)
	}
	return v
}

func indirect(v reflect.Value) reflect.Value {
	for (v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface) && !v.IsNil() {
		v = v.Elem()
	}
	return v
}

func (r *run) field(dot reflect.Value, a *arg, name string, recv reflect.Value, args []*arg, final reflect.Value, piped bool) reflect.Value {
	if !recv.IsValid() {
		if r.t.missing == "error" {
			r.fail(a.last, a.text, "nil data; no entry for key %q", name)
		}
		return reflect.Value{}
	}
	kind := recv.Type()
	v := recv
	if v.Kind() == reflect.Interface && !v.IsNil() {
		v = v.Elem()
	}
	p := v
	if p.Kind() != reflect.Pointer && p.CanAddr() {
		p = p.Addr()
	}
	if !(p.Kind() == reflect.Pointer && p.IsNil()) || p.Kind() != reflect.Pointer {
		if m := p.MethodByName(name); m.IsValid() {
			return r.invoke(dot, a, name, m, args, final, piped)
		}
	}
	isNil := v.Kind() == reflect.Pointer && v.IsNil() || v.Kind() == reflect.Interface
	v = indirect(v)
	if isNil {
		r.fail(a.last, a.text, "nil pointer evaluating %s.%s", kind, name)
	}
	given := len(args) > 0 || piped
	switch v.Kind() {
	case reflect.Struct:
		if f, ok := v.Type().FieldByName(name); ok {
			if !f.IsExported() {
				r.fail(a.last, a.text, "%s is an unexported field of struct type %s", name, kind)
			}
			if given {
				r.fail(a.last, a.text, "%s has arguments but cannot be invoked as function", name)
			}
			return v.FieldByIndex(f.Index)
		}
	case reflect.Map:
		if v.Type().Key().Kind() == reflect.String {
			if given {
				r.fail(a.last, a.text, "%s is not a method but has arguments", name)
			}
			found := v.MapIndex(mapKey(v, reflect.ValueOf(name)))
			if !found.IsValid() {
				switch r.t.missing {
				case "zero":
					return reflect.Zero(v.Type().Elem())
				case "error":
					r.fail(a.last, a.text, "map has no entry for key %q", name)
				}
			}
			return found
		}
	}
	r.fail(a.last, a.text, "can't evaluate field %s in type %s", name, kind)
	return reflect.Value{}
}

// mapKey is a key of the map's own type.
func mapKey(m, key reflect.Value) reflect.Value {
	t := m.Type().Key()
	if key.Type() == t || t.Kind() == reflect.Interface {
		return key
	}
	k := reflect.New(t).Elem()
	switch {
	case t.Kind() == reflect.String && key.Kind() == reflect.String:
		k.SetString(key.String())
	case t.Kind() >= reflect.Int && t.Kind() <= reflect.Int64 && key.Kind() >= reflect.Int && key.Kind() <= reflect.Int64:
		k.SetInt(key.Int())
	default:
		return key
	}
	return k
}

func (r *run) function(dot reflect.Value, a *arg, c []*arg, final reflect.Value, piped bool) reflect.Value {
	args := c[1:]
	if a.name == "and" || a.name == "or" {
		if _, own := r.t.funcs[a.name]; !own {
			var v reflect.Value
			for _, each := range args {
				if v = r.operand(dot, each); truth(v) == (a.name == "or") {
					return v
				}
			}
			if piped {
				v = final
			}
			return v
		}
	}
	f, ok := r.t.funcs[a.name]
	if !ok {
		f = builtins()[a.name]
	}
	return r.invoke(dot, a, a.name, reflect.ValueOf(f), args, final, piped)
}

var (
	errorType = reflect.TypeOf((*error)(nil)).Elem()
	valueType = reflect.TypeOf(reflect.Value{})
)

func (r *run) invoke(dot reflect.Value, a *arg, name string, f reflect.Value, args []*arg, final reflect.Value, piped bool) (out reflect.Value) {
	t := f.Type()
	given := len(args)
	if piped {
		given++
	}
	want := t.NumIn()
	if t.IsVariadic() && given < want-1 {
		r.fail(a.pos, a.text, "wrong number of args for %s: want at least %d got %d", name, want-1, given)
	} else if !t.IsVariadic() && given != want {
		r.fail(a.pos, a.text, "wrong number of args for %s: want %d got %d", name, want, given)
	}
	if n := t.NumOut(); n == 0 || n > 2 || n == 2 && t.Out(1) != errorType {
		r.fail(a.pos, a.text, "can't call method/function %q with %d results", name, n)
	}
	var in []reflect.Value
	for i := 0; i < given; i++ {
		wanted := t.In(min(i, want-1))
		if t.IsVariadic() && i >= want-1 {
			wanted = t.In(want - 1).Elem()
		}
		v := final
		text, pos := a.text, a.pos
		if i < len(args) {
			v = r.operand(dot, args[i])
			text, pos = args[i].text, args[i].pos
		}
		in = append(in, r.fit(pos, text, v, wanted, i < len(args) && strings.IndexByte("nsb", args[i].kind) >= 0))
	}
	defer func() {
		if e := recover(); e != nil {
			if _, ok := e.(failure); ok {
				panic(e)
			}
			err, ok := e.(error)
			if !ok {
				err = fmt.Errorf("%v", e)
			}
			r.fail(a.last, strings.TrimSpace(a.text+" "+command(args)), "error calling %s: %w", name, err)
		}
	}()
	got := f.Call(in)
	if len(got) == 2 && !got[1].IsNil() {
		r.fail(a.last, strings.TrimSpace(a.text+" "+command(args)), "error calling %s: %w", name, got[1].Interface().(error))
	}
	if got[0].Type() == valueType {
		return got[0].Interface().(reflect.Value)
	}
	return got[0]
}

// wantedKinds are the words for what a constant should have been.
var wantedKinds = map[string]string{
	"integer": " int int8 int16 int32 int64 ", "unsigned integer": " uint uint8 uint16 uint32 uint64 uintptr ",
	"float": " float32 float64 ", "bool": " bool ", "string": " string ",
}

// fit makes a value an argument of type t.
func (r *run) fit(pos int, text string, v reflect.Value, t reflect.Type, constant bool) reflect.Value {
	if t == valueType {
		return reflect.ValueOf(v)
	}
	if !v.IsValid() {
		switch t.Kind() {
		case reflect.Interface, reflect.Pointer, reflect.Map, reflect.Slice, reflect.Func, reflect.Chan:
			return reflect.Zero(t)
		}
		r.fail(pos, text, "invalid value; expected %s", t)
	}
	if v.Kind() == reflect.Interface && !v.IsNil() && t.Kind() != reflect.Interface {
		v = v.Elem()
	}
	if v.Type().AssignableTo(t) {
		return v
	}
	if constant {
		x := reflect.New(t).Elem()
		switch k := t.Kind(); {
		case k >= reflect.Int && k <= reflect.Int64 && v.Kind() == reflect.Int:
			x.SetInt(v.Int())
			return x
		case k >= reflect.Uint && k <= reflect.Uintptr && v.Kind() == reflect.Int && v.Int() >= 0:
			x.SetUint(uint64(v.Int()))
			return x
		case (k == reflect.Float32 || k == reflect.Float64) && (v.Kind() == reflect.Int || v.Kind() == reflect.Float64):
			if v.Kind() == reflect.Int {
				x.SetFloat(float64(v.Int()))
			} else {
				x.SetFloat(v.Float())
			}
			return x
		}
		for k, what := range wantedKinds {
			if strings.Contains(what, " "+t.Kind().String()+" ") {
				r.fail(pos, text, "expected %s; found %s", k, text)
			}
		}
	}
	if v.Kind() == reflect.Pointer && !v.IsNil() && v.Type().Elem().AssignableTo(t) {
		return v.Elem()
	}
	if v.CanAddr() && v.Addr().Type().AssignableTo(t) {
		return v.Addr()
	}
	r.fail(pos, text, "wrong type for value; expected %s; got %s", t, v.Type())
	return v
}

// --- printing and truth ----------------------------------------------------------------------------

// printable is what fmt is given for v.
func printable(v reflect.Value) any {
	if v.Kind() == reflect.Pointer {
		if _, ok := v.Interface().(fmt.Stringer); !ok {
			if _, ok := v.Interface().(error); !ok {
				v = indirect(v)
			}
		}
	}
	if !v.IsValid() {
		return "<no value>"
	}
	if v.CanAddr() {
		switch p := v.Addr().Interface().(type) {
		case fmt.Stringer, error:
			return p
		}
	}
	return v.Interface()
}

func (r *run) print(n *node, v reflect.Value) {
	if k := v.Kind(); k == reflect.Chan || k == reflect.Func {
		r.fail(n.pos, show(n.pipe), "can't print %s of type %s", show(n.pipe), v.Type())
	}
	x := printable(v)
	s := fmt.Sprint(x)
	if r.t.Escape != nil {
		s = r.t.Escape(string(*r.tail), s, x)
	}
	r.write(s)
}

// IsTrue is what if, with, and, or and not ask.
func IsTrue(x any) (yes, ok bool) { return truth(reflect.ValueOf(x)), true }

func truth(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Invalid:
		return false
	case reflect.Array, reflect.Map, reflect.Slice, reflect.String:
		return v.Len() > 0
	case reflect.Struct:
		return true
	case reflect.Chan, reflect.Func, reflect.Pointer, reflect.Interface:
		return !v.IsNil()
	}
	return !v.IsZero()
}
