import { findBrowser } from './browser'

/** Before the first file: the browser comes packed, and two files that begin at once must not unpack it into each other. */
export const setup = async (): Promise<void> => { await findBrowser() }
