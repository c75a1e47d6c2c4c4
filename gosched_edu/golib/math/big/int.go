// Package big: integers of any size. Rationals and floats are left out.
package big

import (
	"errors"
	"fmt"
	"math/bits"
	"math/rand"
	"strings"
)

// A nat has its words from the lowest to the highest, which is not zero.
type nat []uint

func (x nat) norm() nat {
	for len(x) > 0 && x[len(x)-1] == 0 {
		x = x[:len(x)-1]
	}
	return x
}

func (x nat) cmp(y nat) int {
	if len(x) != len(y) {
		if len(x) < len(y) {
			return -1
		}
		return 1
	}
	for i := len(x) - 1; i >= 0; i-- {
		if x[i] != y[i] {
			if x[i] < y[i] {
				return -1
			}
			return 1
		}
	}
	return 0
}

func (x nat) add(y nat) nat {
	if len(x) < len(y) {
		x, y = y, x
	}
	z := make(nat, len(x)+1)
	var c uint
	for i := range x {
		var d uint
		if i < len(y) {
			d = y[i]
		}
		z[i], c = bits.Add(x[i], d, c)
	}
	z[len(x)] = c
	return z.norm()
}

// sub is x - y for x >= y.
func (x nat) sub(y nat) nat {
	z := make(nat, len(x))
	var c uint
	for i := range x {
		var d uint
		if i < len(y) {
			d = y[i]
		}
		z[i], c = bits.Sub(x[i], d, c)
	}
	return z.norm()
}

func (x nat) mul(y nat) nat {
	z := make(nat, len(x)+len(y))
	for i, a := range x {
		var c uint
		for j, b := range y {
			hi, lo := bits.Mul(a, b)
			var k uint
			lo, k = bits.Add(lo, z[i+j], 0)
			hi += k
			lo, k = bits.Add(lo, c, 0)
			z[i+j], c = lo, hi+k
		}
		z[i+len(y)] = c
	}
	return z.norm()
}

// small is x*m + a.
func (x nat) small(m, a uint) nat {
	z := make(nat, len(x)+1)
	c := a
	for i, w := range x {
		hi, lo := bits.Mul(w, m)
		var k uint
		z[i], k = bits.Add(lo, c, 0)
		c = hi + k
	}
	z[len(x)] = c
	return z.norm()
}

// divSmall divides by one word.
func (x nat) divSmall(d uint) (q nat, r uint) {
	q = make(nat, len(x))
	for i := len(x) - 1; i >= 0; i-- {
		q[i], r = bits.Div(r, x[i], d)
	}
	return q.norm(), r
}

func (x nat) shl(n uint) nat {
	if len(x) == 0 {
		return x
	}
	words, s := int(n/64), n%64
	z := make(nat, len(x)+words+1)
	for i, w := range x {
		z[i+words] |= w << s
		if s > 0 {
			z[i+words+1] = w >> (64 - s)
		}
	}
	return z.norm()
}

func (x nat) shr(n uint) nat {
	words, s := int(n/64), n%64
	if words >= len(x) {
		return nil
	}
	z := make(nat, len(x)-words)
	for i := range z {
		z[i] = x[i+words] >> s
		if s > 0 && i+words+1 < len(x) {
			z[i] |= x[i+words+1] << (64 - s)
		}
	}
	return z.norm()
}

func (x nat) bitLen() int {
	if len(x) == 0 {
		return 0
	}
	return 64*(len(x)-1) + bits.Len(x[len(x)-1])
}

// div is schoolbook division (Knuth, volume 2, 4.3.1, algorithm D).
func (x nat) div(y nat) (q, r nat) {
	if x.cmp(y) < 0 {
		return nil, x
	}
	if len(y) == 1 {
		q, w := x.divSmall(y[0])
		return q, nat{w}.norm()
	}
	shift := uint(bits.LeadingZeros(y[len(y)-1]))
	v := y.shl(shift)
	u := append(nat{}, x.shl(shift)...)
	for len(u) < len(x)+1 {
		u = append(u, 0)
	}
	n := len(v)
	q = make(nat, len(u)-n)
	for j := len(u) - n - 1; j >= 0; j-- {
		guess := ^uint(0)
		if u[j+n] < v[n-1] {
			var rest uint
			guess, rest = bits.Div(u[j+n], u[j+n-1], v[n-1])
			for {
				hi, lo := bits.Mul(guess, v[n-2])
				if hi < rest || hi == rest && lo <= u[j+n-2] {
					break
				}
				guess--
				sum := rest + v[n-1]
				if sum < rest {
					break
				}
				rest = sum
			}
		}
		var carry, borrow uint
		for i := range n {
			hi, lo := bits.Mul(guess, v[i])
			var k uint
			lo, k = bits.Add(lo, carry, 0)
			carry = hi + k
			u[j+i], borrow = bits.Sub(u[j+i], lo, borrow)
		}
		u[j+n], borrow = bits.Sub(u[j+n], carry, borrow)
		for borrow != 0 {
			guess--
			var c uint
			for i := range n {
				u[j+i], c = bits.Add(u[j+i], v[i], c)
			}
			u[j+n], c = bits.Add(u[j+n], 0, c)
			borrow -= c
		}
		q[j] = guess
	}
	return q.norm(), u[:n].norm().shr(shift)
}

// An Int is an integer; its zero value is 0.
type Int struct {
	neg bool
	abs nat
}

func NewInt(x int64) *Int { return new(Int).SetInt64(x) }

func (z *Int) set(neg bool, abs nat) *Int {
	z.abs = abs.norm()
	z.neg = neg && len(z.abs) > 0
	return z
}

func (z *Int) Set(x *Int) *Int { return z.set(x.neg, append(nat{}, x.abs...)) }

func (z *Int) SetInt64(x int64) *Int {
	if x < 0 {
		return z.set(true, nat{-uint(x)})
	}
	return z.set(false, nat{uint(x)})
}

func (z *Int) SetUint64(x uint64) *Int { return z.set(false, nat{uint(x)}) }

func (x *Int) Sign() int {
	switch {
	case len(x.abs) == 0:
		return 0
	case x.neg:
		return -1
	}
	return 1
}

func (x *Int) Int64() int64 {
	v := int64(x.Uint64())
	if x.neg {
		return -v
	}
	return v
}

func (x *Int) Uint64() uint64 {
	if len(x.abs) == 0 {
		return 0
	}
	return uint64(x.abs[0])
}

func (x *Int) IsInt64() bool {
	return len(x.abs) <= 1 && (int64(x.Uint64()) >= 0 || x.neg && x.Uint64() == 1<<63)
}

func (x *Int) IsUint64() bool { return !x.neg && len(x.abs) <= 1 }
func (x *Int) BitLen() int    { return x.abs.bitLen() }

func (x *Int) Bit(i int) uint {
	if i/64 >= len(x.abs) {
		return 0
	}
	return x.abs[i/64] >> (i % 64) & 1
}

func (z *Int) Neg(x *Int) *Int { return z.set(!x.neg, append(nat{}, x.abs...)) }
func (z *Int) Abs(x *Int) *Int { return z.set(false, append(nat{}, x.abs...)) }

func (x *Int) CmpAbs(y *Int) int { return x.abs.cmp(y.abs) }

func (x *Int) Cmp(y *Int) int {
	switch {
	case x.neg != y.neg && x.neg:
		return -1
	case x.neg != y.neg:
		return 1
	case x.neg:
		return y.abs.cmp(x.abs)
	}
	return x.abs.cmp(y.abs)
}

func (z *Int) Add(x, y *Int) *Int {
	if x.neg == y.neg {
		return z.set(x.neg, x.abs.add(y.abs))
	}
	if x.abs.cmp(y.abs) >= 0 {
		return z.set(x.neg, x.abs.sub(y.abs))
	}
	return z.set(y.neg, y.abs.sub(x.abs))
}

func (z *Int) Sub(x, y *Int) *Int { return z.Add(x, new(Int).Neg(y)) }
func (z *Int) Mul(x, y *Int) *Int { return z.set(x.neg != y.neg, x.abs.mul(y.abs)) }

// QuoRem truncates towards zero, as Go's / and % do.
func (z *Int) QuoRem(x, y, r *Int) (*Int, *Int) {
	if len(y.abs) == 0 {
		panic("division by zero")
	}
	q, rest := x.abs.div(y.abs)
	qneg, rneg := x.neg != y.neg, x.neg
	r.set(rneg, append(nat{}, rest...))
	return z.set(qneg, q), r
}

func (z *Int) Quo(x, y *Int) *Int { z.QuoRem(x, y, new(Int)); return z }

func (z *Int) Rem(x, y *Int) *Int {
	new(Int).QuoRem(x, y, z)
	return z
}

// DivMod is Euclid's: the rest is not negative.
func (z *Int) DivMod(x, y, m *Int) (*Int, *Int) {
	d := new(Int).Set(y)
	z.QuoRem(x, d, m)
	if m.neg {
		if d.neg {
			z.Add(z, NewInt(1))
			m.Sub(m, d)
		} else {
			z.Sub(z, NewInt(1))
			m.Add(m, d)
		}
	}
	return z, m
}

func (z *Int) Div(x, y *Int) *Int { z.DivMod(x, y, new(Int)); return z }

func (z *Int) Mod(x, y *Int) *Int {
	new(Int).DivMod(x, y, z)
	return z
}

func (z *Int) Lsh(x *Int, n uint) *Int { return z.set(x.neg, x.abs.shl(n)) }

func (z *Int) Rsh(x *Int, n uint) *Int {
	if x.neg { // rounds down
		return z.Neg(new(Int).Add(new(Int).set(false, x.abs.sub(nat{1}).shr(n)), NewInt(1)))
	}
	return z.set(false, x.abs.shr(n))
}

// Exp is x**y, modulo |m| unless m is nil or 0.
func (z *Int) Exp(x, y, m *Int) *Int {
	modular := m != nil && len(m.abs) > 0
	base, e := new(Int).Set(x), new(Int).Set(y)
	if e.neg {
		if !modular {
			return z.SetInt64(1)
		}
		if new(Int).ModInverse(x, m) == nil {
			return nil
		}
		base.ModInverse(x, m)
	}
	out := NewInt(1)
	for i := e.BitLen() - 1; i >= 0; i-- {
		out.Mul(out, out)
		if e.Bit(i) == 1 {
			out.Mul(out, base)
		}
		if modular {
			out.Mod(out, new(Int).Abs(m))
		}
	}
	if modular {
		out.Mod(out, new(Int).Abs(m))
	}
	return z.Set(out)
}

// GCD sets x and y, unless nil, to numbers with a*x + b*y = the divisor.
func (z *Int) GCD(x, y, a, b *Int) *Int {
	r0, r1 := new(Int).Set(a), new(Int).Set(b)
	s0, s1, t0, t1 := NewInt(1), NewInt(0), NewInt(0), NewInt(1)
	for r1.Sign() != 0 {
		q := new(Int).Quo(r0, r1)
		r0, r1 = r1, new(Int).Sub(r0, new(Int).Mul(q, r1))
		s0, s1 = s1, new(Int).Sub(s0, new(Int).Mul(q, s1))
		t0, t1 = t1, new(Int).Sub(t0, new(Int).Mul(q, t1))
	}
	if r0.neg {
		r0.Neg(r0)
		s0.Neg(s0)
		t0.Neg(t0)
	}
	if x != nil {
		x.Set(s0)
	}
	if y != nil {
		y.Set(t0)
	}
	return z.Set(r0)
}

func (z *Int) ModInverse(g, n *Int) *Int {
	m := new(Int).Abs(n)
	x := new(Int)
	if d := new(Int).GCD(x, nil, new(Int).Mod(g, m), m); d.Cmp(NewInt(1)) != 0 {
		return nil
	}
	return z.Mod(x, m)
}

func (z *Int) Sqrt(x *Int) *Int {
	if x.neg {
		panic("square root of negative number")
	}
	if x.Sign() == 0 {
		return z.SetInt64(0)
	}
	guess := new(Int).Lsh(NewInt(1), uint(x.BitLen()+1)/2)
	for {
		next := new(Int).Add(guess, new(Int).Quo(x, guess))
		next.Rsh(next, 1)
		if next.Cmp(guess) >= 0 {
			return z.Set(guess)
		}
		guess = next
	}
}

func (z *Int) MulRange(a, b int64) *Int {
	if a > b {
		return z.SetInt64(1)
	}
	if a <= 0 && b >= 0 {
		return z.SetInt64(0)
	}
	out := NewInt(1)
	for i := a; i <= b; i++ {
		out.Mul(out, NewInt(i))
	}
	return z.Set(out)
}

func (z *Int) Binomial(n, k int64) *Int {
	if k > n {
		return z.SetInt64(0)
	}
	k = min(k, n-k)
	var a, b Int
	return z.Quo(a.MulRange(n-k+1, n), b.MulRange(1, k))
}

func (z *Int) And(x, y *Int) *Int { return z.bitwise(x, y, func(a, b uint) uint { return a & b }) }
func (z *Int) Or(x, y *Int) *Int  { return z.bitwise(x, y, func(a, b uint) uint { return a | b }) }
func (z *Int) Xor(x, y *Int) *Int { return z.bitwise(x, y, func(a, b uint) uint { return a ^ b }) }
func (z *Int) Not(x *Int) *Int    { return z.Sub(new(Int).Neg(x), NewInt(1)) }

// bitwise combines two's complements of one word more than the longer operand.
func (z *Int) bitwise(x, y *Int, f func(a, b uint) uint) *Int {
	n := max(len(x.abs), len(y.abs)) + 1
	a, b := x.complement(n), y.complement(n)
	for i := range a {
		a[i] = f(a[i], b[i])
	}
	if a[n-1]>>63 == 0 {
		return z.set(false, a)
	}
	for i := range a {
		a[i] = ^a[i]
	}
	return z.set(true, a.norm().add(nat{1}))
}

func (x *Int) complement(n int) nat {
	out := make(nat, n)
	if !x.neg {
		copy(out, x.abs)
		return out
	}
	copy(out, x.abs.sub(nat{1}))
	for i := range out {
		out[i] = ^out[i]
	}
	return out
}

// ProbablyPrime is the test of Miller and Rabin with the first primes as bases.
func (x *Int) ProbablyPrime(n int) bool {
	if x.neg || x.Cmp(NewInt(2)) < 0 {
		return false
	}
	bases := []int64{2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53}
	for _, p := range bases {
		if x.Cmp(NewInt(p)) == 0 {
			return true
		}
		if new(Int).Rem(x, NewInt(p)).Sign() == 0 {
			return false
		}
	}
	one := NewInt(1)
	less := new(Int).Sub(x, one)
	d, s := new(Int).Set(less), 0
	for d.Bit(0) == 0 {
		d.Rsh(d, 1)
		s++
	}
	for _, p := range bases {
		y := new(Int).Exp(NewInt(p), d, x)
		if y.Cmp(one) == 0 || y.Cmp(less) == 0 {
			continue
		}
		composite := true
		for i := 1; i < s && composite; i++ {
			y.Mod(y.Mul(y, y), x)
			composite = y.Cmp(less) != 0
		}
		if composite {
			return false
		}
	}
	return true
}

// Rand is a number from 0 to n-1; it is not the one that Go draws.
func (z *Int) Rand(r *rand.Rand, n *Int) *Int {
	out := make(nat, len(n.abs)+1)
	for i := range out {
		out[i] = uint(r.Uint64())
	}
	return z.Mod(new(Int).set(false, out), n)
}

// --- text ------------------------------------------------------------------------------------------

const digits = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

func (x *Int) Text(base int) string {
	if x == nil {
		return "<nil>"
	}
	if len(x.abs) == 0 {
		return "0"
	}
	// As many digits at once as fit a word.
	chunk, count := uint(base), 1
	for hi, lo := bits.Mul(chunk, uint(base)); hi == 0; hi, lo = bits.Mul(chunk, uint(base)) {
		chunk = lo
		count++
	}
	var out []byte
	for rest := x.abs; len(rest) > 0; {
		var r uint
		rest, r = rest.divSmall(chunk)
		for i := 0; i < count && (len(rest) > 0 || r > 0); i++ {
			out = append(out, digits[r%uint(base)])
			r /= uint(base)
		}
	}
	if x.neg {
		out = append(out, '-')
	}
	for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
		out[i], out[j] = out[j], out[i]
	}
	return string(out)
}

func (x *Int) String() string { return x.Text(10) }

func (x *Int) Append(buf []byte, base int) []byte { return append(buf, x.Text(base)...) }

// Format knows d, v, s, b, o, x and X, with sign, width and zeros.
func (x *Int) Format(s fmt.State, verb rune) {
	base := map[rune]int{'d': 10, 'v': 10, 's': 10, 'b': 2, 'o': 8, 'x': 16, 'X': 16}[verb]
	if base == 0 {
		fmt.Fprintf(s, "%%!%c(big.Int=%s)", verb, x.String())
		return
	}
	if x == nil {
		fmt.Fprint(s, "<nil>")
		return
	}
	text, sign := strings.TrimPrefix(x.Text(base), "-"), ""
	if verb == 'X' {
		text = strings.ToUpper(text)
	}
	switch {
	case x.neg:
		sign = "-"
	case s.Flag('+'):
		sign = "+"
	case s.Flag(' '):
		sign = " "
	}
	if s.Flag('#') {
		sign += map[rune]string{'b': "0b", 'o': "0", 'x': "0x", 'X': "0X"}[verb]
	}
	width, ok := s.Width()
	pad := 0
	if ok {
		pad = max(0, width-len(sign)-len(text))
	}
	switch {
	case s.Flag('-'):
		text += strings.Repeat(" ", pad)
	case s.Flag('0'):
		sign += strings.Repeat("0", pad)
	default:
		sign = strings.Repeat(" ", pad) + sign
	}
	fmt.Fprint(s, sign+text)
}

func (z *Int) SetString(s string, base int) (*Int, bool) {
	neg := strings.HasPrefix(s, "-")
	if neg || strings.HasPrefix(s, "+") {
		s = s[1:]
	}
	if base == 0 {
		base = 10
		lower := strings.ToLower(s)
		for prefix, b := range map[string]int{"0x": 16, "0b": 2, "0o": 8} {
			if strings.HasPrefix(lower, prefix) {
				s, base = s[2:], b
			}
		}
		if base == 10 && len(s) > 1 && s[0] == '0' {
			s, base = s[1:], 8
		}
		s = strings.ReplaceAll(s, "_", "")
	}
	if s == "" {
		return nil, false
	}
	var abs nat
	for i := range len(s) {
		c := s[i]
		if base <= 36 && c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		d := strings.IndexByte(digits, c)
		if d < 0 || d >= base {
			return nil, false
		}
		abs = abs.small(uint(base), uint(d))
	}
	return z.set(neg, abs), true
}

// Bytes is the absolute value, the highest byte first.
func (x *Int) Bytes() []byte {
	n := (x.BitLen() + 7) / 8
	out := make([]byte, n)
	for i := range out {
		out[n-1-i] = byte(x.abs[i/8] >> (8 * (i % 8)))
	}
	return out
}

func (z *Int) SetBytes(b []byte) *Int {
	var abs nat
	for _, c := range b {
		abs = abs.small(256, uint(c))
	}
	return z.set(false, abs)
}

func (z *Int) SetBit(x *Int, i int, b uint) *Int {
	bit := new(Int).Lsh(NewInt(1), uint(i))
	if b == 1 {
		return z.Or(x, bit)
	}
	return z.And(x, bit.Not(bit))
}

func (x *Int) MarshalText() ([]byte, error) { return []byte(x.String()), nil }
func (x *Int) MarshalJSON() ([]byte, error) { return []byte(x.String()), nil }

func (z *Int) UnmarshalText(b []byte) error {
	if _, ok := z.SetString(string(b), 0); !ok {
		return errors.New("math/big: cannot unmarshal " + fmt.Sprintf("%q", b) + " into a *big.Int")
	}
	return nil
}

func (z *Int) UnmarshalJSON(b []byte) error { return z.UnmarshalText(b) }
