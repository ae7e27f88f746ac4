// The table of CPython functions and data, filled by dlsym when libpython is opened (Api::load).
// `py.PyObject_Call(...)` reads like the C API. No lock: written once, before any thread runs Python.
#pragma once

#include <string>

#include "py/cpython.h"

// Functions of the stable ABI (3.11) that we use.
#define SB_PY_FUNCTIONS(X)                                                                                   \
  X(Py_AddPendingCall) X(Py_DecRef) X(Py_FinalizeEx) X(Py_GetVersion) X(Py_IncRef) X(Py_InitializeEx)        \
  X(Py_IsInitialized) X(Py_SetProgramName)                                                                   \
  X(PyBool_FromLong) X(PyBuffer_Release) X(PyByteArray_AsString) X(PyByteArray_Size)                         \
  X(PyByteArray_FromStringAndSize) X(PyBytes_AsString) X(PyBytes_AsStringAndSize)                            \
  X(PyBytes_FromStringAndSize) X(PyBytes_Size) X(PyCallable_Check) X(PyCapsule_GetPointer) X(PyCapsule_New) X(PyCFunction_NewEx) X(PyDict_Copy)       \
  X(PyDict_DelItem) X(PyDict_GetItemWithError) X(PyDict_New) X(PyDict_Next) X(PyDict_SetItem)                \
  X(PyDict_Size) X(PyErr_Clear) X(PyErr_Fetch) X(PyErr_ExceptionMatches)                                     \
  X(PyErr_GivenExceptionMatches) X(PyErr_NormalizeException) X(PyErr_Occurred) X(PyErr_Restore)              \
  X(PyErr_SetNone) X(PyErr_SetObject) X(PyErr_SetString) X(PyErr_WriteUnraisable)                            \
  X(PyEval_EvalCode) X(PyEval_GetBuiltins) X(PyEval_GetFrame) X(PyEval_RestoreThread) X(PyEval_SaveThread) X(PyException_SetTraceback)             \
  X(PyException_GetTraceback) X(PyException_GetCause) X(PyException_SetCause) X(PyException_GetContext) X(PyException_SetContext) X(PyFloat_AsDouble) X(PyFloat_FromDouble) X(PyFrozenSet_New) X(PyGILState_Ensure) \
  X(PyGC_Disable) X(PyGC_Enable) X(PyGILState_Release) X(PyType_GenericAlloc) X(PyCFunction_GetSelf)                                         \
  X(PyImport_ImportModule) X(PyImport_ImportModuleLevel) X(PyImport_Import) X(PyImport_GetModule) X(PyImport_AddModule)                    \
  X(PyIter_Next) X(PyIter_Check) X(PyIter_Send) X(PyList_Append) X(PyList_AsTuple) X(PyList_GetItem) X(PyList_New)          \
  X(PyList_SetItem) X(PyList_Size) X(PyLong_AsLong) X(PyLong_AsLongLongAndOverflow) X(PyLong_AsSsize_t)      \
  X(PyLong_FromLong) X(PyLong_FromLongLong) X(PyLong_FromDouble) X(PyLong_FromString)                        \
  X(PyLong_FromUnsignedLongLong) X(PyLong_FromVoidPtr) X(PyMemoryView_FromObject) X(PyModule_GetDict)        \
  X(PyNumber_Absolute) X(PyNumber_Add) X(PyNumber_And) X(PyNumber_Divmod) X(PyNumber_FloorDivide)            \
  X(PyNumber_InPlaceAdd) X(PyNumber_InPlaceAnd) X(PyNumber_InPlaceFloorDivide) X(PyNumber_InPlaceLshift)     \
  X(PyNumber_InPlaceMatrixMultiply) X(PyNumber_InPlaceMultiply) X(PyNumber_InPlaceOr)                        \
  X(PyNumber_InPlacePower) X(PyNumber_InPlaceRemainder) X(PyNumber_InPlaceRshift)                            \
  X(PyNumber_Index) X(PyNumber_InPlaceSubtract) X(PyNumber_InPlaceTrueDivide) X(PyNumber_InPlaceXor) X(PyNumber_Invert) \
  X(PyNumber_Lshift) X(PyNumber_MatrixMultiply) X(PyNumber_Multiply) X(PyNumber_Negative) X(PyNumber_Or)     \
  X(PyNumber_Positive) X(PyNumber_Power) X(PyNumber_Remainder) X(PyNumber_Rshift) X(PyNumber_Subtract)       \
  X(PyNumber_TrueDivide) X(PyNumber_Xor)                                                                     \
  X(PyObject_Call) X(PyObject_CallNoArgs) X(PyObject_CallObject) X(PyObject_CallFunctionObjArgs)             \
  X(PyObject_DelItem) X(PyObject_Dir) X(PyObject_Free) X(PyObject_GC_IsTracked)                                                       \
  X(PyObject_GetAttr) X(PyObject_GetAttrString) X(PyObject_GetBuffer) X(PyObject_GetItem)                    \
  X(PyObject_GetIter) X(PyObject_Hash) X(PyObject_IsInstance) X(PyObject_IsTrue) X(PyObject_Not)             \
  X(PyObject_ClearWeakRefs) X(PyObject_Repr) X(PyObject_RichCompare) X(PyObject_SetAttr) X(PyObject_SetAttrString)                     \
  X(PyObject_SetItem) X(PyObject_Size) X(PyObject_Str) X(PyObject_Type) X(PySequence_Contains)               \
  X(PySequence_List) X(PySequence_Tuple) X(PySet_Add) X(PySet_New) X(PySet_Size) X(PySys_GetObject)          \
  X(PySys_SetObject) X(PyThreadState_Get) X(PyThreadState_SetAsyncExc) X(PyThreadState_Clear)                \
  X(PyTuple_GetItem) X(PyTuple_New) X(PyTuple_SetItem) X(PyTuple_Size)        \
  X(PyType_FromSpec) X(PyType_FromSpecWithBases) X(PyType_GetFlags) X(PyType_GetName) X(PyType_GetQualName) X(PyType_GetSlot)            \
  X(PyType_IsSubtype) X(PyUnicode_AsEncodedString) X(PyUnicode_AsUTF8AndSize) X(PyUnicode_AsUTF8String) X(PyUnicode_AsUTF16String)      \
  X(PyUnicode_CompareWithASCIIString) X(PyUnicode_DecodeUTF16) X(PyUnicode_DecodeUTF8)                       \
  X(PyUnicode_DecodeLatin1) X(PyUnicode_FromString) X(PyUnicode_FromStringAndSize) X(PyUnicode_GetLength)    \
  X(PyUnicode_InternFromString) X(PyUnicode_InternInPlace) X(PyUnicode_Compare) X(PyWeakref_NewRef)          \
  X(PyErr_SetInterruptEx) X(PyThread_get_thread_ident)

// Exported by 3.11–3.13 outside the limited API, or newer: may be null, so every use has a fallback.
#define SB_PY_OPTIONAL(X)                                                                                    \
  X(PyObject_Vectorcall, VectorcallFn) X(PyObject_VectorcallMethod, VectorcallFn)                            \
  X(PyErr_GetRaisedException, GetRaisedFn) X(PyErr_SetRaisedException, SetRaisedFn)                          \
  X(PyWeakref_GetRef, WeakrefGetRefFn) X(PyWeakref_GetObject, WeakrefGetObjectFn)                            \
  X(_PyLong_AsByteArray, LongAsByteArrayFn) X(PyLong_AsNativeBytes, LongAsNativeBytesFn)                     \
  X(PyContext_Enter, ContextFn) X(PyContext_Exit, ContextFn) X(PyContext_Copy, ContextCopyFn)                \
  X(PyContext_New, ContextNewFn) X(PyContextVar_New, ContextVarNewFn) X(PyContextVar_Set, ContextVarSetFn)   \
  X(PyCode_NewEmpty, NewCodeFn) X(PyFrame_New, NewFrameFn)                                                   \
  X(Py_UTF8Mode, IntPointer)

// Objects: `py.None` is the address of _Py_NoneStruct. Types and singletons are structs in libpython …
#define SB_PY_STRUCTS(X)                                                                                     \
  X(None, _Py_NoneStruct) X(True, _Py_TrueStruct) X(False, _Py_FalseStruct)                                  \
  X(NotImplemented, _Py_NotImplementedStruct) X(Ellipsis, _Py_EllipsisObject)                                \
  X(BaseObjectType, PyBaseObject_Type) X(BoolType, PyBool_Type) X(BytesType, PyBytes_Type) X(ByteArrayType, PyByteArray_Type)                     \
  X(CFunctionType, PyCFunction_Type) X(ComplexType, PyComplex_Type)                                          \
  X(DictType, PyDict_Type) X(FloatType, PyFloat_Type) X(FrozenSetType, PyFrozenSet_Type)                     \
  X(ListType, PyList_Type) X(LongType, PyLong_Type) X(MemoryViewType, PyMemoryView_Type)                     \
  X(ModuleType, PyModule_Type) X(RangeType, PyRange_Type) X(SetType, PySet_Type)                             \
  X(SliceType, PySlice_Type) X(TupleType, PyTuple_Type) X(TypeType, PyType_Type)                             \
  X(UnicodeType, PyUnicode_Type)

// … exceptions are pointers there.
#define SB_PY_EXCEPTIONS(X)                                                                                  \
  X(AttributeError) X(BaseException) X(BufferError) X(ImportError) X(KeyboardInterrupt) X(KeyError)          \
  X(MemoryError) X(OverflowError) X(RecursionError) X(RuntimeError) X(StopIteration) X(SystemError)          \
  X(SystemExit) X(TypeError) X(ValueError)

namespace snakebridge {

using VectorcallFn = PyObject* (*)(PyObject*, PyObject* const*, size_t, PyObject*);
using GetRaisedFn = PyObject* (*)();
using SetRaisedFn = void (*)(PyObject*);
using WeakrefGetRefFn = int (*)(PyObject*, PyObject**);
using WeakrefGetObjectFn = PyObject* (*)(PyObject*);
using LongAsByteArrayFn = int (*)(PyObject*, unsigned char*, size_t, int, int);  // up to 3.12
using LongAsNativeBytesFn = Py_ssize_t (*)(PyObject*, void*, Py_ssize_t, int);
using ContextFn = int (*)(PyObject*);
using ContextCopyFn = PyObject* (*)(PyObject*);
using ContextNewFn = PyObject* (*)();
using ContextVarNewFn = PyObject* (*)(const char*, PyObject*);
using ContextVarSetFn = PyObject* (*)(PyObject*, PyObject*);
using NewCodeFn = PyObject* (*)(const char*, const char*, int);
using NewFrameFn = PyObject* (*)(PyThreadState*, PyObject*, PyObject*, PyObject*);
using IntPointer = int*;

#ifdef __GNUC__
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"  // Py_SetProgramName: its successor has no stable layout
#endif
struct Api {
#define SB_DECLARE(name) decltype(&::name) name = nullptr;
  SB_PY_FUNCTIONS(SB_DECLARE)
#undef SB_DECLARE
#define SB_DECLARE(name, type) type name = nullptr;
  SB_PY_OPTIONAL(SB_DECLARE)
#undef SB_DECLARE
#define SB_DECLARE(name, symbol) PyObject* name = nullptr;
  SB_PY_STRUCTS(SB_DECLARE)
#undef SB_DECLARE
#define SB_DECLARE(name) PyObject* name = nullptr;
  SB_PY_EXCEPTIONS(SB_DECLARE)
#undef SB_DECLARE

  int minor = 0;  // CPython 3.<minor>

  // Opens libpython with global symbols and fills the table. Returns an empty string, or why it was refused;
  // a refused library changes nothing. Exceptions are read after Py_Initialize: they are filled by loadExceptions.
  std::string load(const std::string& path);
  void loadExceptions();
  void* library() const { return library_; }

 private:
  void* library_ = nullptr;
};
#ifdef __GNUC__
#pragma GCC diagnostic pop
#endif

extern Api py;

// Py_TYPE without its assertions: the layout of PyObject is part of the stable ABI.
inline PyObject* typeOf(PyObject* object) { return reinterpret_cast<PyObject*>(object->ob_type); }

}  // namespace snakebridge
