/** Encodings that exports of the region come in; windows-1251 is what a Russian Excel writes as "CSV". */
export const ENCODINGS = ['utf-8', 'windows-1251', 'utf-16le', 'utf-16be'] as const
export type Encoding = typeof ENCODINGS[number]

export interface Decoded {
  /** without byte order mark */
  text: string
  encoding: Encoding
  /** nobody said it and no mark tells it: the person should look at the first rows */
  guessed: boolean
}

/**
 * The text of a file. A byte order mark decides; without one: every second byte empty means UTF-16, valid UTF-8 is UTF-8, and all else windows-1251,
 * in which every byte means something.
 * @param encoding chosen by the person; then nothing is guessed, and unreadable bytes become �
 */
export function decodeFile(bytes: Uint8Array, encoding?: Encoding): Decoded {
  const marked = markOf(bytes)
  if (encoding ?? marked) return { text: decode(bytes, (encoding ?? marked)!), encoding: (encoding ?? marked)!, guessed: false }
  const sixteen = sixteenBits(bytes)
  if (sixteen) return { text: decode(bytes, sixteen), encoding: sixteen, guessed: true }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    // nothing but ASCII reads the same in both
    return { text, encoding: 'utf-8', guessed: /[^\u0000-\u007F]/.test(text) }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    return { text: decode(bytes, 'windows-1251'), encoding: 'windows-1251', guessed: true }
  }
}

function decode(bytes: Uint8Array, encoding: Encoding): string {
  return new TextDecoder(encoding).decode(bytes)
}

function markOf([first, second, third]: Uint8Array): Encoding | null {
  if (first === 0xEF && second === 0xBB && third === 0xBF) return 'utf-8'
  if (first === 0xFF && second === 0xFE) return 'utf-16le'
  return first === 0xFE && second === 0xFF ? 'utf-16be' : null
}

/** Digits, separators and line ends have an empty half in UTF-16; texts in one byte have none. */
function sixteenBits(bytes: Uint8Array): Encoding | null {
  const looked = bytes.subarray(0, 2_000)
  let [even, odd] = [0, 0]
  looked.forEach((byte, index) => {
    if (byte !== 0) return
    if (index % 2) odd++
    else even++
  })
  if (even + odd === 0 || even + odd < looked.length / 50) return null
  return odd > even ? 'utf-16le' : 'utf-16be'
}
