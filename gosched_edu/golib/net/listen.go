package net

import (
	"context"
	"errors"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// A listener waits on a descriptor of its own, through which a Dial sends one byte for each connection
// that it has put into the queue.
type listener struct {
	addr     netAddr
	fd, bell int
	mu       sync.Mutex
	queue    []*conn
	closed   bool
	accepting sync.Mutex // one Accept at a time
}

var (
	listeners   = map[string]*listener{}
	listenersMu sync.Mutex
	lastPort    = 40000
)

// canonical names the host, and gives a port to those who ask for any.
func canonical(address string) string {
	host, port, _ := cut(address)
	switch host {
	case "", "localhost", "0.0.0.0":
		host = "127.0.0.1"
	}
	if port == "0" || port == "" {
		lastPort++
		port = strconv.Itoa(lastPort)
	}
	return host + ":" + port
}

func cut(address string) (host, port string, ok bool) {
	if i := strings.LastIndexByte(address, ':'); i >= 0 {
		return address[:i], address[i+1:], true
	}
	return address, "", false
}

func Listen(network, address string) (Listener, error) {
	listenersMu.Lock()
	defer listenersMu.Unlock()
	l := &listener{addr: netAddr{network, canonical(address)}}
	if listeners[l.addr.address] != nil {
		return nil, &OpError{"listen", network, nil, l.addr, os.NewSyscallError("bind", syscall.EADDRINUSE)}
	}
	l.fd, l.bell = fdpair(0)
	listeners[l.addr.address] = l
	return l, nil
}

func (l *listener) Addr() Addr { return l.addr }

func (l *listener) Accept() (Conn, error) {
	l.accepting.Lock()
	defer l.accepting.Unlock()
	b := make([]byte, 1)
	for {
		switch n := fdread(l.fd, b); {
		case n > 0:
			l.mu.Lock()
			c := l.queue[0]
			l.queue = l.queue[1:]
			l.mu.Unlock()
			return c, nil
		case n != -1:
			return nil, &OpError{"accept", l.addr.network, nil, l.addr, ErrClosed}
		}
		waitRead(l.fd)
	}
}

func (l *listener) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return &OpError{"close", l.addr.network, nil, l.addr, ErrClosed}
	}
	l.closed = true
	listenersMu.Lock()
	delete(listeners, l.addr.address)
	listenersMu.Unlock()
	fdclose(l.fd)
	return nil
}

func Dial(network, address string) (Conn, error) {
	listenersMu.Lock()
	l := listeners[canonical(address)]
	local := netAddr{network, canonical("")}
	listenersMu.Unlock()
	if host, _, _ := cut(address); l == nil && !numeric(host) {
		return nil, &OpError{"dial", network, nil, nil, &DNSError{Err: "no such host", Name: host}}
	}
	if l == nil {
		return nil, &OpError{"dial", network, nil, netAddr{network, address}, os.NewSyscallError("connect", syscall.ECONNREFUSED)}
	}
	time.Sleep(latency) // the handshake
	a, b := fdpair(latency)
	l.mu.Lock()
	l.queue = append(l.queue, &conn{fd: b, local: l.addr, remote: local})
	l.mu.Unlock()
	fdwrite(l.bell, []byte{1})
	return &conn{fd: a, local: local, remote: l.addr}, nil
}

// numeric says whether a host needs no look-up.
func numeric(host string) bool {
	return host == "" || host == "localhost" || host[len(host)-1] >= '0' && host[len(host)-1] <= '9'
}

// A DNSError is what comes of looking up a name: there is no other computer.
type DNSError struct {
	Err  string
	Name string
}

func (e *DNSError) Error() string   { return "lookup " + e.Name + ": " + e.Err }
func (e *DNSError) Timeout() bool   { return false }
func (e *DNSError) Temporary() bool { return false }

func DialTimeout(network, address string, timeout time.Duration) (Conn, error) {
	return Dial(network, address)
}

type Dialer struct {
	Timeout  time.Duration
	Deadline time.Time
}

func (d *Dialer) Dial(network, address string) (Conn, error) { return Dial(network, address) }

func (d *Dialer) DialContext(ctx context.Context, network, address string) (Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, &OpError{"dial", network, nil, netAddr{network, address}, err}
	}
	return Dial(network, address)
}

// There are no datagrams.

type UDPAddr struct {
	IP   []byte
	Port int
}

func (a *UDPAddr) Network() string { return "udp" }
func (a *UDPAddr) String() string  { return ":" + strconv.Itoa(a.Port) }

type UDPConn struct{ conn }

func DialUDP(network string, laddr, raddr *UDPAddr) (*UDPConn, error) {
	return nil, &OpError{"dial", network, nil, nil, errors.New("missing address")}
}

func JoinHostPort(host, port string) string { return host + ":" + port }

func SplitHostPort(hostport string) (host, port string, err error) {
	host, port, ok := cut(hostport)
	if !ok {
		return "", "", errors.New("address " + hostport + ": missing port in address")
	}
	return host, port, nil
}
