/** Hands JSON to the browser as a file to keep. */
export const saveJson = (name: string, json: string): void => saveFile(name, new Blob([json], { type: 'application/json' }))

/** Hands a file to the browser to keep. */
export function saveFile(name: string, content: Blob): void {
  const url = URL.createObjectURL(content)
  const link = Object.assign(document.createElement('a'), { href: url, download: name })
  document.body.append(link)
  link.click()
  link.remove()
  URL.revokeObjectURL(url)
}
