/** A piece of a text: part of what was searched for, or not. */
export interface Piece {
  text: string
  hit: boolean
}

/** Small letters, ё as е: as people type them. Every letter stays one letter, so that places in both texts are the same. */
export function plainLetters(text: string): string {
  return Array.from(text, letter => {
    const small = letter.toLowerCase()
    // İ becomes two letters when it is made small
    return small.length === letter.length ? small : letter
  }).join('').replaceAll('ё', 'е')
}

/** The words of a query; none for an empty one. */
export function wordsOf(query: string): string[] {
  return [...new Set(plainLetters(query).split(/\s+/).filter(word => word !== ''))]
}

/** Whether a text contains all words, anywhere and in any order. @param plain from `plainLetters` */
export function contains(plain: string, words: readonly string[]): boolean {
  return words.every(word => plain.includes(word))
}

/** Cuts a text where the words are; joined again it is the text. One piece without words. */
export function highlight(text: string, words: readonly string[]): Piece[] {
  const plain = plainLetters(text)
  const marked = new Uint8Array(text.length)
  for (const word of words) {
    for (let at = plain.indexOf(word); at >= 0; at = plain.indexOf(word, at + word.length)) marked.fill(1, at, at + word.length)
  }
  const pieces: Piece[] = []
  for (let from = 0; from < text.length;) {
    let to = from + 1
    while (to < text.length && marked[to] === marked[from]) to++
    pieces.push({ text: text.slice(from, to), hit: marked[from] === 1 })
    from = to
  }
  return pieces
}
