// `snakebridge/resilience`: needs the package cockatiel.
export { BrokenCircuitError, CircuitState, wrap } from 'cockatiel'
export {
  type CircuitBreakerOptions,
  circuitBreaker,
  isTransient,
  type RetryOptions,
  retry,
} from './policies.js'
