"""Right and wrong answers to the exercises of chapter 03."""

from gosched_edu.exercises.chapter03 import POOL, SPREAD, THREADS


def _spread(body: str) -> str:
    head = SPREAD.starter.split("func main()")[0].replace('import "fmt"', 'import (\n\t"fmt"\n\t"sync"\n)')
    return head + "func main() {\n\tvar wg sync.WaitGroup\n" + body + "\twg.Wait()\n}\n"


SPREAD_RIGHT = {
    "WaitGroup": _spread("\tfor i := 0; i < 8; i++ {\n\t\twg.Add(1)\n\t\tgo func() {\n\t\t\tjob(i)\n"
                         "\t\t\twg.Done()\n\t\t}()\n\t}\n"),
    "one channel": SPREAD.starter.replace("\t\tdone := make(chan bool)\n", "")
    .replace("\tfor i := 0; i < 8", "\tdone := make(chan bool)\n\tfor i := 0; i < 8")
    .replace("\t\t<-done\n\t}\n", "\t}\n\tfor i := 0; i < 8; i++ {\n\t\t<-done\n\t}\n"),
}  # fmt: skip
SPREAD_WRONG = {
    "starter": SPREAD.starter,
    "main does it all": SPREAD.starter.replace("go func()", "func()").replace("done <- true", "")
    .replace("\t\t<-done\n", "").replace("\t\tdone := make(chan bool)\n", ""),
    "one goroutine does it all": _spread("\twg.Add(1)\n\tgo func() {\n\t\tfor i := 0; i < 8; i++ {\n"
                                         "\t\t\tjob(i)\n\t\t}\n\t\twg.Done()\n\t}()\n"),
    "a lock around the job": _spread("\tvar mu sync.Mutex\n\tfor i := 0; i < 8; i++ {\n\t\twg.Add(1)\n"
                                     "\t\tgo func() {\n\t\t\tmu.Lock()\n\t\t\tjob(i)\n\t\t\tmu.Unlock()\n"
                                     "\t\t\twg.Done()\n\t\t}()\n\t}\n"),
    "does not wait": SPREAD.starter.replace("\t\t<-done\n", ""),
}  # fmt: skip

_CALL = "\t\t\tcall(i)\n"
THREADS_RIGHT = {
    "tokens": THREADS.starter.replace("\tvar wg", "\ttokens := make(chan bool, 4)\n\tvar wg").replace(
        _CALL, "\t\t\ttokens <- true\n" + _CALL + "\t\t\t<-tokens\n"),
    "four workers": THREADS.starter.split("func main()")[0] + """func main() {
	numbers := make(chan int)
	var wg sync.WaitGroup
	for w := 0; w < 4; w++ {
		wg.Add(1)
		go func() {
			for i := range numbers {
				call(i)
			}
			wg.Done()
		}()
	}
	for i := 0; i < 20; i++ {
		numbers <- i
	}
	close(numbers)
	wg.Wait()
}
""",
}  # fmt: skip
THREADS_WRONG = {
    "starter": THREADS.starter,
    "one after the other": THREADS.starter.replace("\tvar wg", "\tvar mu sync.Mutex\n\tvar wg").replace(
        _CALL, "\t\t\tmu.Lock()\n" + _CALL + "\t\t\tmu.Unlock()\n"),
    "no system calls any more": THREADS.starter.replace('"syscall"', '"time"').replace(
        "\tt := syscall.NsecToTimespec(5000000)\n\tsyscall.Nanosleep(&t, nil)\n",
        "\ttime.Sleep(5 * time.Millisecond)\n"),
    "token given back too early": THREADS.starter.replace(
        "\tvar wg", "\ttokens := make(chan bool, 4)\n\tvar wg").replace(
        _CALL, "\t\t\ttokens <- true\n\t\t\t<-tokens\n" + _CALL),
    "too many tokens": THREADS.starter.replace(
        "\tvar wg", "\ttokens := make(chan bool, 8)\n\tvar wg").replace(
        _CALL, "\t\t\ttokens <- true\n" + _CALL + "\t\t\t<-tokens\n"),
}  # fmt: skip

_LOOP = "\t\t\tfor i := 12 / workers * w; i < 12/workers*(w+1); i++ {\n\t\t\t\tpiece(i)\n\t\t\t}\n"
_ALL = POOL.starter.split("func main()")[0]
POOL_RIGHT = {
    "channel": POOL.starter.replace("\tvar wg", "\tnumbers := make(chan int, 12)\n"
                                    "\tfor i := 0; i < 12; i++ {\n\t\tnumbers <- i\n\t}\n\tclose(numbers)\n"
                                    "\tvar wg")
    .replace(_LOOP, "\t\t\tfor i := range numbers {\n\t\t\t\tpiece(i)\n\t\t\t}\n"),
    "atomic counter": POOL.starter.replace('\t"sync"\n', '\t"sync"\n\t"sync/atomic"\n')
    .replace("\tvar wg", "\tvar next atomic.Int64\n\tvar wg")
    .replace(_LOOP, "\t\t\tfor i := next.Add(1); i <= 12; i = next.Add(1) {\n\t\t\t\tpiece(int(i) - 1)\n"
             "\t\t\t}\n"),
}  # fmt: skip
POOL_WRONG = {
    "fixed shares": POOL.starter,
    "four workers always": POOL_RIGHT["channel"].replace("GOMAXPROCS(0)", "GOMAXPROCS(0)*0 + 4"),
    "a goroutine for each piece": _ALL.replace('\t"runtime"\n', "") + """func main() {
	var wg sync.WaitGroup
	for i := 0; i < 12; i++ {
		wg.Add(1)
		go func() {
			piece(i)
			wg.Done()
		}()
	}
	wg.Wait()
}
""",
    "every worker does every piece": POOL.starter.replace(
        "i := 12 / workers * w; i < 12/workers*(w+1); i++", "i := 0; i < 12; i++"),
}  # fmt: skip
