export {
  BrokerAccount,
  BrokerError,
  type BrokerOptions,
  type RunningBroker,
  startBroker,
} from "./broker.ts";
