// Does nothing: what is left is what starts.
