/** Work goes on for so long before the page may draw and react, milliseconds; a frame has 16. */
const BREATH = 10

/**
 * Called between two pieces of work, it lets the page have its turn when the last turn is a while ago, and costs nothing otherwise.
 * @param clock milliseconds
 */
export function breather(clock: () => number = () => performance.now()): () => Promise<void> {
  let last = clock()
  return async () => {
    if (clock() - last < BREATH) return
    await new Promise(resolve => setTimeout(resolve))
    last = clock()
  }
}
