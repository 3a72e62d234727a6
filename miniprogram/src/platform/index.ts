import { h5 } from './h5.ts'
import type { Platform } from './platform.ts'
import { weapp } from './weapp.ts'

export * from './platform.ts'

// The build replaces TARO_ENV, and the other implementation falls out of the bundle (package.json: sideEffects).
export const platform: Platform = process.env.TARO_ENV === 'weapp' ? weapp : h5
