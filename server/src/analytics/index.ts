/** The overview: what happened, what needs somebody, what is broken. Reads only. */
export { routes } from './routes.ts'
