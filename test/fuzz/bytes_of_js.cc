// A libFuzzer target: arbitrary bytes as what comes from JavaScript. `SNAKEBRIDGE_FUZZ=values`: one message is scanned
// and decoded; `operations`: a batch, of which every operation's operands are decoded. Nothing is called but getattr:
// what functions do with their arguments is not the decoder's. Built and run by scripts/fuzz.mjs, which also bounds
// what so short a message may allocate.
//  1. Only the four errors that the decoder announces are thrown; the sanitizers see the rest.
//  2. What can be decoded can be scanned, and ends at the same place: the scheduler relies on it.
//  3. No error of Python's stays pending, and no reference is kept.
//  4. Python code that runs in between, the hash of a key, sees no half-made list. A view is memory of JavaScript's.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>

#include "py/batch.h"
#include "py/environment.h"
#include "py/gil.h"
#include "py/interpreter.h"
#include "py/operands.h"
#include "py/operations.h"
#include "py/python_error.h"

namespace snakebridge {
namespace {

class Nobody final : public ResultSink {
 public:
  void deliver(wire::Writer, bool) override {}
  void jsValueDropped(uint32_t, uint32_t) override {}
  bool isHere() const override { return false; }
  void call(wire::Writer) override {}
  Reply callNow(const wire::Writer&) override { return {}; }
  void serve(const std::function<bool()>&, Moment, bool) override {}
  void wake() override {}
  uint64_t wakes() override { return 0; }
  JsThreadLook lookAtJs() const override { return {}; }
};

// Of exactly its size: a byte beyond it is seen.
class HeapMemory final : public JsMemory {
 public:
  explicit HeapMemory(size_t size) : JsMemory(static_cast<uint8_t*>(std::calloc(1, size)), size) {}
  ~HeapMemory() override { std::free(data); }
};

[[noreturn]] void fail(const char* rule) {
  std::fprintf(stderr, "broken: %s\n", rule);
  if (py.library() != nullptr && py.PyErr_Occurred() != nullptr) py.PyErr_WriteUnraisable(nullptr);
  std::abort();
}

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr) fail("expected scripts/fuzz.mjs to set the environment");
  return value;
}

// What the bytes can name: objects 0 to 4, of temps 0 to 2 one that is ready, one that has failed and one that is not
// there yet, memory 0 (shared) and 1 (detached), the names 0 and 1.
struct World {
  Ref objects[5];

  World() {
    Ref space = check(py.PyDict_New());
    check(
        py.PyDict_SetItem(space.get(), check(py.PyUnicode_FromString("__builtins__")).get(), py.PyEval_GetBuiltins()));
    Ref code =
        check(py.PyUnicode_FromString("import gc\n"
                                      "class Odd:\n"
                                      "    def __hash__(self):\n"
                                      "        for young in gc.get_objects(0):\n"
                                      "            if type(young) is list: young[:]\n"
                                      "        return 1\n"
                                      "    def __eq__(self, other): return bool(repr(other)) and other is self\n"
                                      "class Raising:\n"
                                      "    def __hash__(self): raise ValueError('no hash')\n"));
    Ref run = own(checkBorrowed(
        py.PyDict_GetItemWithError(py.PyEval_GetBuiltins(), check(py.PyUnicode_FromString("exec")).get())));
    check(py.PyObject_CallFunctionObjArgs(run.get(), code.get(), space.get(), nullptr));
    int next = 0;
    objects[next++] = check(py.PyList_New(0));
    objects[next++] = check(py.PyDict_New());
    objects[next++] = check(py.PyLong_FromLongLong(int64_t{1} << 40));
    for (const char* name : {"Odd", "Raising"}) {
      Ref type =
          own(checkBorrowed(py.PyDict_GetItemWithError(space.get(), check(py.PyUnicode_FromString(name)).get())));
      objects[next++] = check(py.PyObject_CallNoArgs(type.get()));
    }
  }

  size_t references() const {
    size_t sum = 0;
    for (const Ref& each : objects) sum += static_cast<size_t>(each.get()->ob_refcnt);
    return sum;
  }

  EnvironmentRef environment() const {
    auto made = std::make_shared<Environment>(std::make_shared<Nobody>(), false);
    for (const Ref& each : objects) made->objects.add(each);
    made->temps.succeed(0, objects[0].copy());
    made->temps.fail(1, std::make_shared<Failure>());
    made->defineName(0, "name");
    made->defineName(1, "__class__");
    made->close();  // what asks a JavaScript value for something is told that JavaScript has gone, and waits for nobody
    return made;
  }
};

// Operands whose memory is looked at (rule 4).
class ReadOperands final : public ImportSource {
 public:
  explicit ReadOperands(Operands& operands) : operands_(operands) {}
  Ref object(uint32_t index, uint32_t generation) override { return operands_.object(index, generation); }
  Ref temp(uint32_t index) override { return operands_.temp(index); }
  Ref exported(uint32_t exportId) override { return operands_.exported(exportId); }
  Ref jsValue(uint32_t id, uint32_t kind, std::string_view details) override {
    return operands_.jsValue(id, kind, details);
  }
  Ref memory(const MemoryView& view) override {
    Ref made = operands_.memory(view);
    if (view.kind != static_cast<uint32_t>(wire::MemoryKind::kView)) return made;  // NumPy minds its bounds itself
    check(py.PyObject_CallNoArgs(check(py.PyObject_GetAttrString(made.get(), "tobytes")).get()));
    return made;
  }

 private:
  Operands& operands_;
};

const World& world() {
  static const World* only = new World();
  return *only;
}

// Rule 1.
template <class Work>
bool succeeds(Work work) {
  try {
    work();
    return true;
  } catch (const PythonError&) {
  } catch (const wire::MalformedMessage&) {
  } catch (const NotReady&) {
  } catch (const DependencyFailed&) {
  }
  return false;
}

void decodeValue(Environment& environment, const std::vector<JsMemoryRef>& externals, const uint8_t* bytes,
                 size_t size) {
  wire::Reader scanned(bytes, size);
  const auto ignore = [](uint32_t) {};
  Decoder::ShapeSizes shapes;
  const bool scans = succeeds([&] { Decoder::scan(scanned, shapes, ignore, ignore); });

  wire::Reader in(bytes, size);
  Operands operands(environment, externals);
  ReadOperands source(operands);
  Decoder decoder(in, source);
  const bool decodes = succeeds([&] { decoder.decode(); });
  if (decodes && (!scans || scanned.position() != in.position())) fail("what is decoded can be scanned (rule 2)");
  if (decodes) succeeds([&] { decoder.decode(); });  // one that has a value behind it, and its numbers
}

// Opcodes whose operands are decoded in the same way, and that call nothing.
wire::Opcode harmless(const Operation& operation) {
  return operation.isNamed() && operation.operandCount != 0 ? wire::Opcode::kGetAttr : wire::Opcode::kFetch;
}

void decodeOperations(Environment& environment, const std::vector<JsMemoryRef>& externals, const uint8_t* bytes,
                      size_t size) {
  succeeds([&] {
    wire::Reader in(bytes, size);
    hasReleases(in);
    releaseListed(environment, readHead(in));
    while (in.remaining() != 0) {
      const size_t start = in.position();
      Operation operation = readOperation(in);
      const size_t operands = in.position();
      operation.opcode = harmless(operation);
      succeeds([&] {
        ContextScope context;
        perform(environment, externals, operation, in, nullptr, context);
      });
      if (py.PyErr_Occurred() != nullptr) fail("no error stays pending (rule 3)");
      in.seek(operands);
      refuse(environment, operation, in);
      in.seek(start + operation.size);
    }
  });
}

void startPython() {
  StartOptions options;
  options.libpython = variable("SNAKEBRIDGE_FUZZ_LIBPYTHON");
  options.executable = variable("SNAKEBRIDGE_FUZZ_PYTHON");
  options.packageDir = variable("SNAKEBRIDGE_FUZZ_PACKAGE");
  options.isolation = false;
  std::string info;
  const StartFailure failure = startInterpreter(options, info);
  if (!failure.code.empty()) fail(failure.message.c_str());
}

void collect() {
  Ref gc = check(py.PyImport_ImportModule("gc"));
  check(py.PyObject_CallNoArgs(check(py.PyObject_GetAttrString(gc.get(), "collect")).get()));
}

void runOne(const uint8_t* data, size_t size) {
  static const bool values = variable("SNAKEBRIDGE_FUZZ") == "values";
  const GilAcquire gil;
  const World& known = world();
  const size_t before = known.references();
  {
    // As JavaScript sends them: whole words. Of exactly the size, so that a byte too far is seen.
    const size_t words = size / wire::kWord * wire::kWord;
    const std::unique_ptr<uint8_t[]> bytes(new uint8_t[words]);
    if (words != 0) std::memcpy(bytes.get(), data, words);
    const EnvironmentRef environment = known.environment();
    const std::vector<JsMemoryRef> externals = {std::make_shared<HeapMemory>(40), nullptr};
    (values ? decodeValue : decodeOperations)(*environment, externals, bytes.get(), words);
    if (py.PyErr_Occurred() != nullptr) fail("no error stays pending (rule 3)");
    environment->releaseAll();
  }
  if (known.references() == before) return;
  collect();  // a cycle held them
  if (known.references() != before) fail("no reference is kept (rule 3)");
}

}  // namespace
}  // namespace snakebridge

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  snakebridge::startPython();
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  snakebridge::runOne(data, size);
  return 0;
}
