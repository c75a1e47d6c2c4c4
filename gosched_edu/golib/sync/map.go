package sync

// Map: a map for keys that are written once and read often (sync/map.go, Go 1.9 to 1.23).
//
// Two maps share their entries. read is never changed and needs no lock; dirty is guarded by mu
// and holds what read does not. After as many misses as dirty has keys, dirty becomes read. An
// entry's p is nil when it was deleted, expunged when it is missing in dirty too.
type Map struct {
	_      noCopy
	mu     Mutex
	read   *readOnly
	dirty  map[any]*entry
	misses int
}

type readOnly struct {
	m       map[any]*entry
	amended bool // dirty has keys that m has not
}

type entry struct {
	p *any
}

var expunged = new(any)

func newEntry(v any) *entry {
	e := new(entry)
	e.p = &v
	return e
}

func (m *Map) loadReadOnly() readOnly {
	if p := load(&m.read); p != nil {
		return *p
	}
	return readOnly{}
}

// lookup finds key's entry without the lock where it can; where not, take says whether to
// take it out of dirty.
func (m *Map) lookup(key any, take bool) (*entry, bool) {
	read := m.loadReadOnly()
	e, ok := read.m[key]
	if ok || !read.amended {
		return e, ok
	}
	m.mu.Lock()
	read = m.loadReadOnly()
	e, ok = read.m[key]
	if !ok && read.amended {
		e, ok = m.dirty[key]
		if take {
			delete(m.dirty, key)
		}
		m.missLocked()
	}
	m.mu.Unlock()
	return e, ok
}

func (e *entry) load() (value any, ok bool) {
	p := load(&e.p)
	if p == nil || p == expunged {
		return nil, false
	}
	return *p, true
}

func (m *Map) Load(key any) (value any, ok bool) {
	e, ok := m.lookup(key, false)
	if !ok {
		return nil, false
	}
	return e.load()
}

func (m *Map) Store(key, value any) { m.Swap(key, value) }

//since 1.23
func (m *Map) Clear() {
	m.mu.Lock()
	store(&m.read, &readOnly{})
	m.dirty = nil
	m.misses = 0
	m.mu.Unlock()
}

func (m *Map) Swap(key, value any) (previous any, loaded bool) {
	read := m.loadReadOnly()
	if e, ok := read.m[key]; ok {
		for p := load(&e.p); p != expunged; p = load(&e.p) {
			if cas(&e.p, p, &value) {
				return unpack(p)
			}
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if e := m.entryLocked(key); e != nil {
		return unpack(swap(&e.p, &value))
	}
	m.addLocked(key, value)
	return nil, false
}

func unpack(p *any) (any, bool) {
	if p == nil {
		return nil, false
	}
	return *p, true
}

// entryLocked finds key's entry in either map, and makes sure that dirty has it.
func (m *Map) entryLocked(key any) *entry {
	read := m.loadReadOnly()
	if e, ok := read.m[key]; ok {
		if cas(&e.p, expunged, nil) {
			m.dirty[key] = e
		}
		return e
	}
	return m.dirty[key]
}

func (m *Map) addLocked(key, value any) {
	if read := m.loadReadOnly(); !read.amended {
		m.dirtyLocked()
		store(&m.read, &readOnly{m: read.m, amended: true})
	}
	m.dirty[key] = newEntry(value)
}

func (m *Map) LoadOrStore(key, value any) (actual any, loaded bool) {
	read := m.loadReadOnly()
	if e, ok := read.m[key]; ok {
		if actual, loaded, ok := e.tryLoadOrStore(value); ok {
			return actual, loaded
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if e := m.entryLocked(key); e != nil {
		actual, loaded, _ = e.tryLoadOrStore(value)
		if _, ok := m.loadReadOnly().m[key]; !ok {
			m.missLocked()
		}
		return
	}
	m.addLocked(key, value)
	return value, false
}

func (e *entry) tryLoadOrStore(v any) (actual any, loaded, ok bool) {
	for {
		p := load(&e.p)
		if p == expunged {
			return nil, false, false
		}
		if p != nil {
			return *p, true, true
		}
		if cas(&e.p, nil, &v) {
			return v, false, true
		}
	}
}

func (m *Map) LoadAndDelete(key any) (value any, loaded bool) {
	e, ok := m.lookup(key, true)
	if !ok {
		return nil, false
	}
	for {
		p := load(&e.p)
		if p == nil || p == expunged {
			return nil, false
		}
		if cas(&e.p, p, nil) {
			return *p, true
		}
	}
}

func (m *Map) Delete(key any) { m.LoadAndDelete(key) }

//since 1.20
func (m *Map) CompareAndSwap(key, old, new any) (swapped bool) {
	e, ok := m.lookup(key, false)
	return ok && e.replace(old, &new)
}

//since 1.20
func (m *Map) CompareAndDelete(key, old any) (deleted bool) {
	e, ok := m.lookup(key, false)
	return ok && e.replace(old, nil)
}

func (e *entry) replace(old any, new *any) bool {
	for {
		p := load(&e.p)
		if p == nil || p == expunged || *p != old {
			return false
		}
		if cas(&e.p, p, new) {
			return true
		}
	}
}

func (m *Map) Range(f func(key, value any) bool) {
	read := m.loadReadOnly()
	if read.amended {
		m.mu.Lock()
		read = m.loadReadOnly()
		if read.amended {
			m.promoteLocked()
			read = m.loadReadOnly()
		}
		m.mu.Unlock()
	}
	for k, e := range read.m {
		if v, ok := e.load(); ok && !f(k, v) {
			break
		}
	}
}

func (m *Map) missLocked() {
	m.misses++
	if m.misses >= len(m.dirty) {
		m.promoteLocked()
	}
}

func (m *Map) promoteLocked() {
	store(&m.read, &readOnly{m: m.dirty})
	m.dirty = nil
	m.misses = 0
}

func (m *Map) dirtyLocked() {
	if m.dirty != nil {
		return
	}
	read := m.loadReadOnly()
	m.dirty = make(map[any]*entry, len(read.m))
	for k, e := range read.m {
		if !e.expungeLocked() {
			m.dirty[k] = e
		}
	}
}

func (e *entry) expungeLocked() bool {
	for p := load(&e.p); p == nil; p = load(&e.p) {
		if cas(&e.p, nil, expunged) {
			return true
		}
	}
	return load(&e.p) == expunged
}
