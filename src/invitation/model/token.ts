const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789'
const TOKEN_LENGTH = 32
/** Largest multiple of 36 below 256: bytes above it would make some characters likelier than others. */
const LIMIT = 252

/**
 * A token of 32 characters a–z0–9 (165 bits). One case only, because databases may compare without case.
 * @param randomBytes gives that many bytes from a cryptographic source
 */
export function newToken(randomBytes: (length: number) => Uint8Array): string {
  let token = ''
  while (token.length < TOKEN_LENGTH) {
    for (const byte of randomBytes(TOKEN_LENGTH)) {
      if (byte < LIMIT && token.length < TOKEN_LENGTH) token += ALPHABET[byte % ALPHABET.length]
    }
  }
  return token
}
