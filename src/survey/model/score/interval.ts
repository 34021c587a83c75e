/** A 95 % interval, both ends included. Its unit is said where it is used. */
export interface Interval {
  from: number
  to: number
}
