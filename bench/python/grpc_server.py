"""The gRPC contender's server. Prints its address once it serves; ends with its standard input."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import work

# A server that is busy refuses calls at random once 1,000 wait, and every one past 3,000: the trials that let them wait
# would end with CANCELLED.
UNLIMITED = [
    ("grpc.max_send_message_length", -1),
    ("grpc.max_receive_message_length", -1),
    ("grpc.server.max_pending_requests", 1_000_000),
    ("grpc.server.max_pending_requests_hard_limit", 1_000_000),
]

protos, services = grpc.protos_and_services("work.proto")  # pyright: ignore


def message_of_records(records: list[dict[str, Any]]) -> Any:
    return protos.Records(
        records=[protos.Record(**{**record, "position": protos.Position(**record["position"])}) for record in records]
    )


def records_of_message(message: Any) -> list[dict[str, Any]]:
    return [
        {
            "id": record.id,
            "name": record.name,
            "score": record.score,
            "active": record.active,
            "tags": list(record.tags),
            "position": {"x": record.position.x, "y": record.position.y, "label": record.position.label},
        }
        for record in message.records
    ]


class Work(services.WorkServicer):
    """Each method does what the function of the same name in work.py or work_arrays.py does."""

    def Sqrt(self, request: Any, context: Any) -> Any:
        return protos.Number(value=work.sqrt(request.value))

    def SqrtStream(self, requests: Iterator[Any], context: Any) -> Any:
        for request in requests:
            yield protos.Number(value=work.sqrt(request.value))

    def Items(self, request: Any, context: Any) -> Any:
        for item in work.items(int(request.value)):
            yield protos.Number(value=item)

    def Sleep(self, request: Any, context: Any) -> Any:
        work.sleep(request.value)
        return protos.Number()

    def Digest(self, request: Any, context: Any) -> Any:
        return protos.Number(value=work.digest(int(request.value)))

    def Burn(self, request: Any, context: Any) -> Any:
        return protos.Number(value=work.burn(request.value))

    def Sine(self, request: Any, context: Any) -> Any:
        import work_arrays

        return protos.Number(value=work_arrays.sine(int(request.value)))

    def GetArray(self, request: Any, context: Any) -> Any:
        import work_arrays

        return protos.Bytes(data=work_arrays.view(int(request.value)).tobytes())

    def PutArray(self, request: Any, context: Any) -> Any:
        import numpy as np
        import work_arrays

        return protos.Number(value=work_arrays.total_length(np.frombuffer(request.data)))

    def GetFloats(self, request: Any, context: Any) -> Any:
        return protos.Floats(values=work.held("floats"))

    def PutFloats(self, request: Any, context: Any) -> Any:
        return protos.Number(value=len(list(request.values)))

    def GetRecords(self, request: Any, context: Any) -> Any:
        return message_of_records(work.held("records"))

    def PutRecords(self, request: Any, context: Any) -> Any:
        return protos.Number(value=len(records_of_message(request)))

    def GetText(self, request: Any, context: Any) -> Any:
        return protos.Text(text=work.held(request.text))

    def PutText(self, request: Any, context: Any) -> Any:
        return protos.Number(value=len(request.text))

    def Predict(self, request: Any, context: Any) -> Any:
        import work_model

        return protos.Number(value=work_model.predict(request.data))

    def PredictMany(self, request: Any, context: Any) -> Any:
        import work_model

        return protos.Floats(values=work_model.predict_many(request.data))


def main(address: str, switch_interval: float) -> None:
    if switch_interval:
        sys.setswitchinterval(switch_interval)
    server = grpc.server(ThreadPoolExecutor(max_workers=8), options=UNLIMITED)
    services.add_WorkServicer_to_server(Work(), server)
    port = server.add_insecure_port(address)
    server.start()
    print(address if address.startswith("unix:") else f"127.0.0.1:{port}", flush=True)
    sys.stdin.read()
    server.stop(None)


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
