/** Chinese for the English words of profiles and drivers: what points are called, and the words of their states. */
export { chineseOf, chineseState } from './chinese.ts'
