/** Tags are facts, too: of the brand (0: of the group) whose tag it is. */
export const tagFact = (tagId: number) => `tag:${tagId}`
