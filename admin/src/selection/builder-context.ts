import { createContext, useContext } from 'react'
import type { Place } from './rule-tree.ts'

/** What every part of a builder shares: where things may move, what is wrong where, and what each part holds by itself. */
export type Builder = {
  /** Moves a condition or a group to another place of the same tree. */
  move: (from: string, to: Place) => void
  /** What is being dragged: its path, and of what it asks; things cannot be asked of people. */
  dragged: Dragged | null
  drag: (dragged: Dragged | null) => void
  /** What the server said about a condition, by its path. */
  problems: ReadonlyMap<string, string>
}
export type Dragged = { path: string; typeId: number | null }

const nowhere: Builder = { move: () => {}, dragged: null, drag: () => {}, problems: new Map() }

export const BuilderContext = createContext<Builder>(nowhere)
export const useBuilder = () => useContext(BuilderContext)

/** The path of the condition whose sentence this is: `rule.rules.0`. */
export const PathContext = createContext('rule')
export const usePath = () => useContext(PathContext)
