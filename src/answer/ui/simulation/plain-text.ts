/** A text for the portal as it reads there: tags of BB code away, a link by its words. */
export function plainText(bbCode: string): string {
  return bbCode.replace(/\[\/?(?:B|I|U|URL)(?:=[^\]]*)?\]/gi, '')
}
