package strconv

// A decimal is an exact decimal number: 0.d1d2d3... times ten to the dp.
//
// Shifting it by bits is exact too, as long as it stays within maxDigits; of what falls off only
// `trunc` remembers that it was not all zero. Slow, simple, right (strconv/decimal.go).
type decimal struct {
	d     []byte // values 0 to 9
	dp    int
	trunc bool
}

const (
	maxDigits = 800
	maxShift  = 59 // so that a digit times 2**59 and a carry fit in 64 bits
)

func (a *decimal) assign(v uint64) {
	text := FormatUint(v, 10)
	a.d = make([]byte, len(text), len(text)+64)
	for i := range a.d {
		a.d[i] = text[i] - '0'
	}
	a.dp = len(text)
	a.trim()
}

func (a *decimal) trim() {
	n := len(a.d)
	for n > 0 && a.d[n-1] == 0 {
		n--
	}
	a.d = a.d[:n]
	if n == 0 {
		a.dp = 0
	}
}

// add appends a digit, or notes that it had no room.
func (a *decimal) add(digit byte) {
	if len(a.d) < maxDigits {
		a.d = append(a.d, digit)
	} else if digit > 0 {
		a.trunc = true
	}
}

func (a *decimal) shift(k int) {
	for len(a.d) > 0 && k > maxShift {
		a.left(maxShift)
		k -= maxShift
	}
	for len(a.d) > 0 && k < -maxShift {
		a.right(maxShift)
		k += maxShift
	}
	if len(a.d) > 0 && k > 0 {
		a.left(uint(k))
	} else if len(a.d) > 0 && k < 0 {
		a.right(uint(-k))
	}
}

// left multiplies by 2**k, from the last digit on.
func (a *decimal) left(k uint) {
	old := a.d
	low := make([]byte, 0, len(old)+20)
	n := uint64(0)
	for i := len(old) - 1; i >= 0 || n > 0; i-- {
		if i >= 0 {
			n += uint64(old[i]) << k
		}
		low = append(low, byte(n%10))
		n /= 10
	}
	a.dp += len(low) - len(old)
	a.d = old[:0]
	for i := len(low) - 1; i >= 0; i-- {
		a.add(low[i])
	}
	a.trim()
}

// right divides by 2**k, as one does on paper.
func (a *decimal) right(k uint) {
	old := a.d
	i, n := 0, uint64(0)
	for ; n>>k == 0; i++ {
		if i < len(old) {
			n = n*10 + uint64(old[i])
		} else {
			n *= 10
		}
	}
	a.dp -= i - 1
	mask := uint64(1)<<k - 1
	a.d = make([]byte, 0, len(old)+20)
	for ; n > 0 || i < len(old); i++ {
		a.add(byte(n >> k))
		n = n & mask * 10
		if i < len(old) {
			n += uint64(old[i])
		}
	}
	a.trim()
}

// roundsUp: half goes to the even digit, unless there was more than half.
func (a *decimal) roundsUp(n int) bool {
	if n < 0 || n >= len(a.d) {
		return false
	}
	if a.d[n] == 5 && n+1 == len(a.d) {
		return a.trunc || n > 0 && a.d[n-1]%2 == 1
	}
	return a.d[n] >= 5
}

func (a *decimal) round(n int) {
	switch {
	case n < 0 || n >= len(a.d):
	case a.roundsUp(n):
		a.roundUp(n)
	default:
		a.roundDown(n)
	}
}

func (a *decimal) roundDown(n int) {
	if n >= 0 && n < len(a.d) {
		a.d = a.d[:n]
		a.trim()
	}
}

func (a *decimal) roundUp(n int) {
	if n < 0 || n >= len(a.d) {
		return
	}
	for i := n - 1; i >= 0; i-- {
		if a.d[i] < 9 {
			a.d[i]++
			a.d = a.d[:i+1]
			return
		}
	}
	a.d = append(a.d[:0], 1) // all nines
	a.dp++
}

// integer rounds to a whole number.
func (a *decimal) integer() uint64 {
	if a.dp > 20 {
		return maxUint64
	}
	n := uint64(0)
	for i := 0; i < a.dp; i++ {
		n *= 10
		if i < len(a.d) {
			n += uint64(a.d[i])
		}
	}
	if a.roundsUp(a.dp) {
		n++
	}
	return n
}
