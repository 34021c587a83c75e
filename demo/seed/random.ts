/** A small generator with a fixed start (mulberry32): the same portal every time. */
export class Random {
  constructor(private state: number) {}

  /** 0 ≤ x < 1 */
  next(): number {
    this.state = (this.state + 0x6D2B79F5) | 0
    let value = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state)
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296
  }

  /** whole number, both ends included */
  between(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1))
  }

  /** @throws Error when the list is empty */
  pick<T>(list: readonly T[]): T {
    const item = list[Math.floor(this.next() * list.length)]
    if (item === undefined) throw new Error('Nothing to pick from')
    return item
  }

  /** characters a–z0–9 */
  code(length: number): string {
    let code = ''
    for (let index = 0; index < length; index++) code += Math.floor(this.next() * 36).toString(36)
    return code
  }
}
