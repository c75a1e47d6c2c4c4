// Package rate: a limit on how often something happens (golang.org/x/time/rate).
//
// A bucket holds at most `burst` tokens and gets `limit` of them a second; an event takes one. The
// tokens are counted when somebody asks.
package rate

import (
	"context"
	"fmt"
	"math"
	"sync"
	"time"
)

// A Limit is events per second.
type Limit float64

const Inf = Limit(math.MaxFloat64)

const InfDuration = time.Duration(math.MaxInt64)

func Every(interval time.Duration) Limit {
	if interval <= 0 {
		return Inf
	}
	return 1 / Limit(interval.Seconds())
}

func (limit Limit) duration(tokens float64) time.Duration {
	if limit <= 0 {
		return InfDuration
	}
	d := tokens / float64(limit) * float64(time.Second)
	if d > float64(math.MaxInt64) {
		return InfDuration
	}
	return time.Duration(d)
}

type Limiter struct {
	mu     sync.Mutex
	limit  Limit
	burst  int
	tokens float64
	last   time.Time // when tokens was right
}

func NewLimiter(r Limit, b int) *Limiter { return &Limiter{limit: r, burst: b, tokens: float64(b)} }

// count brings the tokens up to a time; mu is held.
func (lim *Limiter) count(t time.Time) float64 {
	last := lim.last
	if t.Before(last) {
		last = t
	}
	if lim.last.IsZero() {
		return float64(lim.burst)
	}
	return math.Min(lim.tokens+t.Sub(last).Seconds()*float64(lim.limit), float64(lim.burst))
}

func (lim *Limiter) Limit() Limit {
	lim.mu.Lock()
	defer lim.mu.Unlock()
	return lim.limit
}

func (lim *Limiter) Burst() int {
	lim.mu.Lock()
	defer lim.mu.Unlock()
	return lim.burst
}

func (lim *Limiter) Tokens() float64 { return lim.TokensAt(time.Now()) }

func (lim *Limiter) TokensAt(t time.Time) float64 {
	lim.mu.Lock()
	defer lim.mu.Unlock()
	return lim.count(t)
}

func (lim *Limiter) SetLimit(newLimit Limit) {
	lim.mu.Lock()
	defer lim.mu.Unlock()
	now := time.Now()
	lim.tokens, lim.last = lim.count(now), now
	lim.limit = newLimit
}

func (lim *Limiter) SetBurst(newBurst int) {
	lim.mu.Lock()
	defer lim.mu.Unlock()
	now := time.Now()
	lim.tokens, lim.last = lim.count(now), now
	lim.burst = newBurst
}

// A Reservation is the right to act once its delay is over.
type Reservation struct {
	ok     bool
	lim    *Limiter
	tokens int
	at     time.Time
}

func (r *Reservation) OK() bool             { return r.ok }
func (r *Reservation) Delay() time.Duration { return r.DelayFrom(time.Now()) }

func (r *Reservation) DelayFrom(t time.Time) time.Duration {
	if !r.ok {
		return InfDuration
	}
	if d := r.at.Sub(t); d > 0 {
		return d
	}
	return 0
}

func (r *Reservation) Cancel() {
	if !r.ok || r.tokens == 0 || r.lim.limit == Inf || r.at.Before(time.Now()) {
		return
	}
	r.lim.mu.Lock()
	defer r.lim.mu.Unlock()
	now := time.Now()
	r.lim.tokens = math.Min(r.lim.count(now)+float64(r.tokens), float64(r.lim.burst))
	r.lim.last = now
}

func (lim *Limiter) reserve(t time.Time, n int, maxWait time.Duration) *Reservation {
	lim.mu.Lock()
	defer lim.mu.Unlock()
	if lim.limit == Inf {
		return &Reservation{ok: true, lim: lim, tokens: n, at: t}
	}
	tokens := lim.count(t) - float64(n)
	var wait time.Duration
	if tokens < 0 {
		wait = lim.limit.duration(-tokens)
	}
	r := &Reservation{ok: n <= lim.burst && wait <= maxWait, lim: lim}
	if r.ok {
		r.tokens, r.at = n, t.Add(wait)
		lim.tokens, lim.last = tokens, t
	}
	return r
}

func (lim *Limiter) Allow() bool                              { return lim.AllowN(time.Now(), 1) }
func (lim *Limiter) AllowN(t time.Time, n int) bool           { return lim.reserve(t, n, 0).ok }
func (lim *Limiter) Reserve() *Reservation                    { return lim.ReserveN(time.Now(), 1) }
func (lim *Limiter) ReserveN(t time.Time, n int) *Reservation { return lim.reserve(t, n, InfDuration) }
func (lim *Limiter) Wait(ctx context.Context) error           { return lim.WaitN(ctx, 1) }

func (lim *Limiter) WaitN(ctx context.Context, n int) error {
	if burst := lim.Burst(); n > burst && lim.Limit() != Inf {
		return fmt.Errorf("rate: Wait(n=%d) exceeds limiter's burst %d", n, burst)
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	default:
	}
	now := time.Now()
	most := InfDuration
	if deadline, ok := ctx.Deadline(); ok {
		most = deadline.Sub(now)
	}
	r := lim.reserve(now, n, most)
	if !r.ok {
		return fmt.Errorf("rate: Wait(n=%d) would exceed context deadline", n)
	}
	delay := r.DelayFrom(now)
	if delay == 0 {
		return nil
	}
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		r.Cancel()
		return ctx.Err()
	}
}

// Sometimes does something the first times, every so many times, or after some time.
type Sometimes struct {
	First    int
	Every    int
	Interval time.Duration

	mu    sync.Mutex
	count int
	last  time.Time
}

func (s *Sometimes) Do(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.count == 0 || s.First > 0 && s.count < s.First || s.Every > 0 && s.count%s.Every == 0 ||
		s.Interval > 0 && time.Since(s.last) >= s.Interval {
		f()
		if s.Interval > 0 {
			s.last = time.Now()
		}
	}
	s.count++
}
