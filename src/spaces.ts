// The references of the pool, awaited and blocking.
import { asyncSpace } from './async-reference.js'
import { poolLane } from './lane.js'
import { syncSpaceOf } from './sync-reference.js'

export const poolSpace = asyncSpace(poolLane)
export const syncSpace = syncSpaceOf(poolLane)
