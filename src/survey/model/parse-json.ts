/** @returns null for a text that is no JSON; whoever asked checks the shape of what came back */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}
