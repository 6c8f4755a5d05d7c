package account

// Fill takes all the places of a Hasher and some in its queue, and returns what empties it.
func Fill(h *Hasher, waiting int64) (empty func()) {
	for range hashesAtOnce {
		h.slots <- struct{}{}
	}
	h.waiting.Add(waiting)
	return func() {
		for range hashesAtOnce {
			<-h.slots
		}
		h.waiting.Add(-waiting)
	}
}
