package sort

// Pattern-defeating quicksort, with the choices of Go's sort (sort/zsortinterface.go), so that elements
// that compare equal come out in Go's order. It is quicksort that takes insertion sort for short
// ranges, notices ranges that are sorted already, shuffles a little after a bad split, and
// falls back to heapsort after many of them.

func Sort(data Interface) {
	n := data.Len()
	if n > 1 {
		pdqsort(data, 0, n, bitLen(n))
	}
}

func bitLen(n int) (bits int) {
	for ; n > 0; n >>= 1 {
		bits++
	}
	return
}

func pdqsort(data Interface, a, b, limit int) {
	balanced, partitioned := true, true // how the last split went
	for {
		n := b - a
		if n <= 12 {
			insertionSort(data, a, b)
			return
		}
		if limit == 0 {
			heapSort(data, a, n)
			return
		}
		if !balanced {
			breakPatterns(data, a, n)
			limit--
		}
		pivot, swaps := choosePivot(data, a, n)
		if swaps == maxSwaps {
			reverseRange(data, a, b)
			pivot = b - 1 - (pivot - a)
			swaps = 0
		}
		if balanced && partitioned && swaps == 0 && partialInsertionSort(data, a, b) {
			return
		}
		if a > 0 && !data.Less(a-1, pivot) {
			a = partitionEqual(data, a, b, pivot)
			continue
		}
		mid, already := partition(data, a, b, pivot)
		partitioned = already
		left, right := mid-a, b-mid
		if left < right {
			balanced = left >= n/8
			pdqsort(data, a, mid, limit)
			a = mid + 1
		} else {
			balanced = right >= n/8
			pdqsort(data, mid+1, b, limit)
			b = mid
		}
	}
}

func insertionSort(data Interface, a, b int) {
	for i := a + 1; i < b; i++ {
		for j := i; j > a && data.Less(j, j-1); j-- {
			data.Swap(j, j-1)
		}
	}
}

func siftDown(data Interface, root, n, first int) {
	for {
		child := 2*root + 1
		if child >= n {
			return
		}
		if child+1 < n && data.Less(first+child, first+child+1) {
			child++
		}
		if !data.Less(first+root, first+child) {
			return
		}
		data.Swap(first+root, first+child)
		root = child
	}
}

func heapSort(data Interface, first, n int) {
	for i := (n - 1) / 2; i >= 0; i-- {
		siftDown(data, i, n, first)
	}
	for i := n - 1; i >= 0; i-- {
		data.Swap(first, first+i)
		siftDown(data, 0, i, first)
	}
}

// partition puts what is less than the pivot before it; already: nothing had to move.
func partition(data Interface, a, b, pivot int) (mid int, already bool) {
	data.Swap(a, pivot)
	i, j := a+1, b-1
	for already = true; ; already = false {
		for i <= j && data.Less(i, a) {
			i++
		}
		for i <= j && !data.Less(j, a) {
			j--
		}
		if i > j {
			break
		}
		data.Swap(i, j)
		i++
		j--
	}
	data.Swap(j, a)
	return j, already
}

// partitionEqual puts what equals the pivot first; nothing is less than it.
func partitionEqual(data Interface, a, b, pivot int) int {
	data.Swap(a, pivot)
	i, j := a+1, b-1
	for {
		for i <= j && !data.Less(a, i) {
			i++
		}
		for i <= j && data.Less(a, j) {
			j--
		}
		if i > j {
			return i
		}
		data.Swap(i, j)
		i++
		j--
	}
}

// partialInsertionSort mends up to five places of a range that is nearly sorted.
func partialInsertionSort(data Interface, a, b int) bool {
	i := a + 1
	for step := 0; step < 5; step++ {
		for i < b && !data.Less(i, i-1) {
			i++
		}
		if i == b {
			return true
		}
		if b-a < 50 {
			return false
		}
		data.Swap(i, i-1)
		if i-a >= 2 {
			for j := i - 1; j >= 1 && data.Less(j, j-1); j-- {
				data.Swap(j, j-1)
			}
		}
		if b-i >= 2 {
			for j := i + 1; j < b && data.Less(j, j-1); j++ {
				data.Swap(j, j-1)
			}
		}
	}
	return false
}

// breakPatterns moves three elements of the middle to places that are random, but always the same.
func breakPatterns(data Interface, a, n int) {
	random := uint64(n)
	mask := 1<<uint(bitLen(n)) - 1
	for i := n/4*2 - 1; i <= n/4*2+1; i++ {
		random ^= random << 13
		random ^= random >> 7
		random ^= random << 17
		other := int(random) & mask
		if other >= n {
			other -= n
		}
		data.Swap(a+i, a+other)
	}
}

const maxSwaps = 12

// choosePivot takes the median of three, or of three medians. swaps counts what was out of order: none
// looks sorted, all looks reversed.
func choosePivot(data Interface, a, n int) (pivot, swaps int) {
	i, j, k := a+n/4, a+n/4*2, a+n/4*3
	if n >= 50 {
		i = median(data, i-1, i, i+1, &swaps)
		j = median(data, j-1, j, j+1, &swaps)
		k = median(data, k-1, k, k+1, &swaps)
	}
	return median(data, i, j, k, &swaps), swaps
}

func median(data Interface, a, b, c int, swaps *int) int {
	a, b = inOrder(data, a, b, swaps)
	b, c = inOrder(data, b, c, swaps)
	a, b = inOrder(data, a, b, swaps)
	return b
}

func inOrder(data Interface, a, b int, swaps *int) (int, int) {
	if data.Less(b, a) {
		*swaps++
		return b, a
	}
	return a, b
}
