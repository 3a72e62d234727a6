/** The contract between the backend and its faces. Imports zod, nothing else. */
export * from './kernel.ts'
