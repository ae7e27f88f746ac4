import { grpcContender } from './grpc.mjs'

export const { open, trials, close } = grpcContender('unix')
