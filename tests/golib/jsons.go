package main

import (
	"encoding/json"
	"fmt"
)

type T struct {
	A int    `json:"a"`
	B string `json:"b"`
	C []int
	D struct{ E bool }
}

func main() {
	for _, s := range []string{``, `{`, `{"a"`, `{"a":`, `{"a":1`, `{"a":1,}`, `{a:1}`, `{"a" 1}`, `[1 2]`, `tru`, `nul`, `truk`, `1x`, `"abc`, "\"a\nb\"", `"\q"`, `{"a":"x"}`, `{"b":3}`, `{"C":{}}`, `{"C":[1,"x"]}`, `{"D":{"E":1}}`, `{"a":1.5}`, `{"a":1e3}`, `[]`, `null`, `01`, `-`, `1.`, `{"a":1} x`, `{"a":99999999999999999999}`, `{"D":[1]}`, `"\u12"`, `}`, `,`} {
		var t T
		err := json.Unmarshal([]byte(s), &t)
		fmt.Printf("%-12s %T %v %+v\n", s, err, err, t)
	}
	var t T
	fmt.Println(json.Unmarshal([]byte(`{}`), t))
	fmt.Println(json.Unmarshal([]byte(`{}`), nil))
	var p *T
	fmt.Println(json.Unmarshal([]byte(`{}`), p))
	_, err := json.Marshal(make(chan int))
	fmt.Println(err)
	_, err = json.Marshal(map[bool]int{})
	fmt.Println(err)
	_, err = json.Marshal(struct{ F func() }{})
	fmt.Println(err)
	var x any
	fmt.Println(json.Unmarshal([]byte(`{"z":[1,"a",null,true,{"q":1.5e3}],"y":"é\u00e9\n\ud83d\ude00"}`), &x), x)
	var i8 int8
	fmt.Println(json.Unmarshal([]byte(`300`), &i8), i8)
	var arr [2]int
	fmt.Println(json.Unmarshal([]byte(`[1,2,3]`), &arr), arr)
	var m map[int]string
	fmt.Println(json.Unmarshal([]byte(`{"1":"a","x":"b"}`), &m), m)
	var bs []byte
	fmt.Println(json.Unmarshal([]byte(`"aGk="`), &bs), string(bs))
}
