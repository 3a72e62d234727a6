/** One page about one person, one desk for customer service, one board for a store. Reads from every module before it and writes nothing. */
export { routes } from './routes.ts'
