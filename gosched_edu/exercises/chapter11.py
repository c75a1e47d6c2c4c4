"""The exercises and the quiz of chapter 11, Structured I/O."""

from __future__ import annotations

from gosched_edu.exercises.exercise import Predict, Program, no_race
from gosched_edu.go import Run

ENDS = Predict(
    title="Four reads",
    task="Go 1.22. Each read wants four bytes of the text. What is printed?",
    source="""package main

import (
	"fmt"
	"io"
	"strings"
)

func main() {
	r := strings.NewReader("0123456789")
	buf := make([]byte, 4)
	for i := 0; i < 4; i++ {
		n, err := io.ReadFull(r, buf)
		fmt.Println(n, err)
	}
}
""",
    procs=1,
    version="1.22",
    hint="The end of a text gives one error if it comes where a read begins, and another one if it comes in "
    "the middle of a read.",
)


PATIENCE = 50  # ms


def _all_served(run: Run) -> str | None:
    lines = run.output.splitlines()
    if "steady: 4 words" not in lines:
        return "The steady client sends a word every 20 ms, four in all, and must get its answer. " \
            f"Printed:\n{run.output or '(nothing)'}"  # fmt: skip
    if not lines or not lines[-1].startswith("down after"):
        return f"The last line must be: down after ... ms. Printed:\n{run.output}"
    return None


def _silent_cut(run: Run) -> str | None:
    took = int(run.output.split()[-2])
    if took > PATIENCE + 100:
        return f"The server was down after {took} ms: it waited for a client that says nothing."
    return None


SILENT = Program(
    title="The silent client",
    task="One client says nothing, and the server never ends. Mend handle: who says nothing for "
    f"{PATIENCE} ms is cut off. The steady client, with a word every 20 ms, must be served to its "
    "end. Leave main as it is.",
    starter="""package main

import (
	"bufio"
	"fmt"
	"net"
	"sync"
	"time"
)

func handle(c net.Conn) {
	defer c.Close()
	r := bufio.NewReader(c)
	words := 0
	for {
		line, err := r.ReadString('\\n')
		if err != nil {
			return
		}
		if line == "bye\\n" {
			fmt.Fprintf(c, "%d words\\n", words)
			return
		}
		words++
	}
}

func main() {
	start := time.Now()
	l, _ := net.Listen("tcp", "127.0.0.1:0")
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			wg.Add(1)
			go func() {
				defer wg.Done()
				handle(c)
			}()
		}
	}()
	silent, _ := net.Dial("tcp", l.Addr().String())
	defer silent.Close()
	steady, _ := net.Dial("tcp", l.Addr().String())
	for i := 0; i < 4; i++ {
		fmt.Fprintln(steady, "word")
		time.Sleep(20 * time.Millisecond)
	}
	fmt.Fprintln(steady, "bye")
	answer, _ := bufio.NewReader(steady).ReadString('\\n')
	fmt.Print("steady: ", answer)
	steady.Close()
	l.Close()
	wg.Wait()
	fmt.Println("down after", time.Since(start).Milliseconds(), "ms")
}
""",
    demands=(_all_served, _silent_cut),
    hints=(
        "A deadline is a point in time, not a length of time. When must it be set?",
        f"Before each read: the steady client gets {PATIENCE} ms more with each word.",
        "c.SetReadDeadline(time.Now().Add(50 * time.Millisecond)), inside the loop.",
    ),
    keeps=("main",),
)


def _fetched(run: Run) -> str | None:
    wanted = ["a: 200", "b: bad answer", "c: 200", "d: nobody there"]
    lines = run.output.splitlines()
    if lines[:4] != wanted:
        return f"Expected the lines {', '.join(wanted)}. Printed:\n{run.output or '(nothing)'}"
    return None


def _all_closed(run: Run) -> str | None:
    last = run.output.splitlines()[-1]
    if last != "open: 0":
        return f"At the end {last.split()[-1]} connections are still open."
    return None


CLOSE = Program(
    title="Who opens, closes",
    task="fetch leaves connections open. Mend it: whatever happens, each connection is closed exactly once. "
    "Leave the rest as it is.",
    starter="""package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
)

var open int

// conn is a connection that is counted.
type conn struct {
	io.Reader
	closed bool
}

func (c *conn) Close() error {
	if c.closed {
		return errors.New("closed twice")
	}
	c.closed = true
	open--
	return nil
}

func dial(answer string) (io.ReadCloser, error) {
	if answer == "" {
		return nil, errors.New("nobody there")
	}
	open++
	return &conn{Reader: strings.NewReader(answer)}, nil
}

func fetch(answer string) (string, error) {
	c, err := dial(answer)
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(c)
	if err != nil {
		return "", err
	}
	code, ok := strings.CutPrefix(string(text), "HTTP ")
	if !ok {
		return "", errors.New("bad answer")
	}
	if err := c.Close(); err != nil {
		return "", err
	}
	return code, nil
}

func main() {
	for i, answer := range []string{"HTTP 200", "garbage", "HTTP 200", ""} {
		code, err := fetch(answer)
		if err != nil {
			code = err.Error()
		}
		fmt.Printf("%c: %s\\n", 'a'+i, code)
	}
	fmt.Println("open:", open)
}
""",
    demands=(_fetched, _all_closed),
    hints=(
        "By which ways can fetch return? Which of them close?",
        "What must happen on all ways out belongs in a defer.",
        "defer c.Close() right after the error of dial was looked at, and no other Close.",
    ),
    keeps=("main", "dial", "conn", "conn.Close"),
)


def _interrupted(run: Run) -> str | None:
    lines = run.output.splitlines()
    if len(lines) != 3 or not lines[0].startswith("first: 0 bytes, enough, after "):
        return "The first read must return the cause of the cancellation: first: 0 bytes, enough. " \
            f"Printed:\n{run.output or '(nothing)'}"  # fmt: skip
    took = int(lines[0].split()[-2])
    if took > 18:
        return f"The cancellation came after 10 ms, and the first read returned after {took} ms."
    return None


def _usable(run: Run) -> str | None:
    lines = run.output.splitlines()
    if lines[1] != "second: 5 bytes, <nil>, hello":
        return f"The connection must still work after the interruption: second: 5 bytes. It says: {lines[1]}"
    if lines[2] != "third: 5 bytes, <nil>, again":
        return f"A later cancellation of the first context must not matter any more. It says: {lines[2]}"
    return None


READ = Program(
    title="A read that can be interrupted",
    task="Write read: it reads from c, and if ctx is cancelled meanwhile, it returns the cause at once. The "
    "connection stays usable, and nothing is left behind: no goroutine, no deadline. Leave main as it is.",
    starter="""package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"
)

func read(ctx context.Context, c net.Conn, buf []byte) (int, error) {
	return c.Read(buf)
}

func main() {
	l, _ := net.Listen("tcp", "127.0.0.1:0")
	go func() {
		c, _ := l.Accept()
		time.Sleep(30 * time.Millisecond)
		c.Write([]byte("hello"))
		time.Sleep(30 * time.Millisecond)
		c.Write([]byte("again"))
		time.Sleep(30 * time.Millisecond)
		c.Close()
	}()
	c, _ := net.Dial("tcp", l.Addr().String())
	defer c.Close()
	buf := make([]byte, 5)

	start := time.Now()
	ctx, cancel := context.WithCancelCause(context.Background())
	time.AfterFunc(10*time.Millisecond, func() { cancel(errors.New("enough")) })
	n, err := read(ctx, c, buf)
	fmt.Printf("first: %d bytes, %v, after %d ms\\n", n, err, time.Since(start).Milliseconds())

	ctx, cancel = context.WithCancelCause(context.Background())
	n, err = read(ctx, c, buf)
	fmt.Printf("second: %d bytes, %v, %s\\n", n, err, buf[:n])
	cancel(errors.New("too late to matter"))

	n, err = read(context.Background(), c, buf)
	fmt.Printf("third: %d bytes, %v, %s\\n", n, err, buf[:n])
}
""",
    demands=(_interrupted, _usable, no_race),
    hints=(
        "Which call wakes a goroutine that is parked in Read, without closing the connection?",
        "A deadline in the past. context.AfterFunc calls a function when a context is cancelled, and "
        "gives back "
        "a stop.",
        "stop := context.AfterFunc(ctx, func() { c.SetReadDeadline(time.Now()); close(set) }); after the "
        "read: if !stop() it was called: wait for <-set, take the deadline away again with the zero time, "
        "and return context.Cause(ctx).",
    ),
    keeps=("main",),
)


def _graceful(run: Run) -> str | None:
    lines = run.output.splitlines()
    if "quick: done" not in lines:
        return (
            f"The quick request was under way, and must get its answer. Printed:\n{run.output or '(nothing)'}"
        )
    if "late: refused" not in lines:
        return f"Who comes after the begin of Shutdown must be refused. Printed:\n{run.output}"
    if "endless: cut off" not in lines:
        return (
            "The endless request must be cut off when the context of Shutdown is done. "
            f"Printed:\n{run.output}"
        )
    last = lines[-1]
    if not last.startswith("down after") or "deadline exceeded" not in last:
        return (
            f"Shutdown must return the error of its context when it had to cut somebody off. It says: {last}"
        )
    if not 35 <= int(last.split()[2]) <= 60:
        return f"Shutdown has 40 ms. The server was down after {last.split()[2]} ms."
    return None


SHUTDOWN = Program(
    title="Shut down in good order",
    task="Complete Server: Shutdown takes no new connections, waits for the handlers, and when ctx is "
    "done before "
    "they are, it closes their connections, waits for them and returns ctx.Err(). Leave handle, ask and "
    "main as they are.",
    starter="""package main

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"sync"
	"time"
)

type Server struct {
	l  net.Listener
	wg sync.WaitGroup
}

func NewServer(l net.Listener) *Server {
	return &Server{l: l}
}

func (s *Server) Serve() {
	for {
		c, err := s.l.Accept()
		if err != nil {
			return
		}
		go s.handle(c)
	}
}

func (s *Server) Shutdown(ctx context.Context) error {
	s.l.Close()
	return nil
}

// handle answers one line, or waits for ever for another one.
func (s *Server) handle(c net.Conn) {
	defer c.Close()
	r := bufio.NewReader(c)
	line, err := r.ReadString('\\n')
	if err == nil && line == "endless\\n" {
		_, err = r.ReadString('\\n')
	}
	if err != nil {
		return
	}
	time.Sleep(10 * time.Millisecond)
	fmt.Fprintln(c, "done")
}

func ask(addr, name string) {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		fmt.Println(name + ": refused")
		return
	}
	defer c.Close()
	fmt.Fprintln(c, name)
	answer, err := bufio.NewReader(c).ReadString('\\n')
	if err != nil {
		answer = "cut off\\n"
	}
	fmt.Print(name, ": ", answer)
}

func main() {
	l, _ := net.Listen("tcp", "127.0.0.1:0")
	s := NewServer(l)
	go s.Serve()
	var clients sync.WaitGroup
	for _, name := range []string{"quick", "endless"} {
		clients.Add(1)
		go func() {
			defer clients.Done()
			ask(l.Addr().String(), name)
		}()
	}
	time.Sleep(5 * time.Millisecond)
	start := time.Now()
	clients.Add(1)
	time.AfterFunc(2*time.Millisecond, func() {
		defer clients.Done()
		ask(l.Addr().String(), "late")
	})
	ctx, cancel := context.WithTimeout(context.Background(), 40*time.Millisecond)
	defer cancel()
	err := s.Shutdown(ctx)
	took := time.Since(start).Milliseconds()
	clients.Wait()
	fmt.Println("down after", took, "ms:", err)
}
""",
    demands=(_graceful, no_race),
    hints=(
        "What must the server know of its handlers, to wait for them? And to cut them off?",
        "A WaitGroup for the handlers, and a set of their connections under a lock.",
        "Wait in a goroutine that closes a channel, then select between that channel and ctx.Done(). Cut "
        "off: "
        "Close all connections of the set, then wait for that channel.",
    ),
    keeps=("main", "ask", "Server.handle"),
)

CHAPTER_11 = (ENDS, SILENT, CLOSE, READ, SHUTDOWN)

QUIZ = [
    {
        "question": "A goroutine waits in `conn.Read`, and its context is cancelled. What happens to the "
        "read?",
        "answers": [
            ("it returns `context.Canceled`", False, "Read knows no context."),
            ("nothing", True, "Somebody must set a deadline or close the connection."),
            ("the goroutine is ended", False, "Go has no way to end another goroutine."),
        ],
    },
    {
        "question": "Ten thousand goroutines wait in `Read`, each for its own connection. How many "
        "threads wait?",
        "answers": [
            ("ten thousand", False, "The goroutines are parked. None of them holds a thread."),
            ("one per P", False, "A P without work has no thread that waits for the network."),
            ("one at most, in the netpoller", True, "It waits for all descriptors at once."),
        ],
    },
    {
        "question": "`SetReadDeadline(time.Now().Add(time.Second))` once, then a loop of reads. What is "
        "bounded?",
        "answers": [
            ("the time of each read", False, "That needs a new deadline before each read."),
            ("the time of all reads together", True, "A deadline is a point in time, and it stays."),
            ("the time of the first read only", False, "The deadline holds for later reads as well."),
        ],
    },
    {
        "question": "A message says that 100 bytes follow. After 60 of them `io.ReadFull` returns "
        "`io.ErrUnexpectedEOF`. What now?",
        "answers": [
            ("take the 60 bytes: it is the end of the data", False,
             "The other side broke off in the middle. The message is not whole."),
            ("an error: the message was cut off", True, "Only `io.EOF` at the beginning of a message "
                "is a clean end."),
            ("read again", False, "There is nothing more to come."),
        ],
    },
    {
        "question": "Another goroutine calls `conn.Close` while yours waits in `conn.Read`. What does "
        "yours get?",
        "answers": [
            ("`io.EOF`", False, "EOF comes when the *other end* was closed."),
            ("an error that is `net.ErrClosed`", True, "Your own end was closed under you."),
            ("nothing: it waits on", False, "Close wakes those who wait."),
        ],
    },
]  # fmt: skip
