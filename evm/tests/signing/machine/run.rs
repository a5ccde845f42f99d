//! Runs calls in revm's interpreter, on revm's journal of state.
//!
//! Of revm's own loop of frames, only what these contracts use is here: calls of all kinds, creations, and
//! the contract that recovers addresses. Every call has as much gas as it wants: what could move at most is
//! asked.

use std::collections::BTreeMap;
use std::convert::Infallible;

use alloy_primitives::{Address, B256, Bytes, U256, keccak256};
use k256::ecdsa::{RecoveryId, Signature, VerifyingKey};
use revm_context::context_interface::{ContextTr, JournalTr};
use revm_context::database_interface::{DatabaseRef, WrapDatabaseRef};
use revm_context::primitives::hardfork::SpecId;
use revm_context::state::{AccountInfo, Bytecode, EvmState};
use revm_context::{BlockEnv, CfgEnv, Context, Journal, TxEnv};
use revm_interpreter::interpreter::{EthInterpreter, ExtBytecode};
use revm_interpreter::{
    CallInput, CallInputs, CallValue, CreateInputs, FrameInput, InputsImpl, InstructionResult, Interpreter,
    InterpreterAction, InterpreterResult, SharedMemory, instruction_table, instructions,
};

const RULES: SpecId = SpecId::CANCUN;
const GAS: u64 = 30_000_000;
/// The contract of every chain that recovers the address of a signature.
const RECOVER: Address = Address::with_last_byte(1);

/// Accounts and their storage, before anything happens.
#[derive(Default)]
pub(crate) struct World {
    pub(crate) accounts: BTreeMap<Address, AccountInfo>,
    pub(crate) storage: BTreeMap<(Address, U256), U256>,
}

impl World {
    pub(crate) fn slot(&self, account: Address, slot: U256) -> U256 {
        self.storage.get(&(account, slot)).copied().unwrap_or_default()
    }
}

impl DatabaseRef for &World {
    type Error = Infallible;

    fn basic_ref(&self, address: Address) -> Result<Option<AccountInfo>, Infallible> {
        Ok(self.accounts.get(&address).cloned())
    }

    fn code_by_hash_ref(&self, hash: B256) -> Result<Bytecode, Infallible> {
        let mut all = self.accounts.values().filter(|account| account.code_hash == hash);
        Ok(all.find_map(|account| account.code.clone()).unwrap_or_default())
    }

    fn storage_ref(&self, address: Address, slot: U256) -> Result<U256, Infallible> {
        Ok(self.slot(address, slot))
    }

    fn block_hash_ref(&self, _: u64) -> Result<B256, Infallible> {
        Ok(B256::ZERO)
    }
}

type Db<'w> = WrapDatabaseRef<&'w World>;
type Inner<'w> = Context<BlockEnv, TxEnv, CfgEnv, Db<'w>, Journal<Db<'w>>>;

/// One chain, on which calls follow each other.
pub(crate) struct Machine<'w>(Inner<'w>);

impl<'w> Machine<'w> {
    pub(crate) fn new(world: &'w World, chain_id: u64) -> Self {
        let mut context: Inner<'w> = Context::new(WrapDatabaseRef(world), RULES);
        context.cfg.chain_id = chain_id;
        context.block.timestamp = U256::from(1);
        Self(context)
    }

    /// A transaction's call, or its creation of a contract. Says whether it went through.
    pub(crate) fn send(&mut self, from: Address, to: Option<Address>, value: U256, data: &[u8]) -> bool {
        self.0.tx.caller = from;
        let data = Bytes::copy_from_slice(data);
        let journal = &mut self.0.journaled_state;
        journal.load_account(from).unwrap();
        let Some(to) = to else {
            return self.create(&CreateInputs::new(from, Default::default(), value, data, GAS, 0)).is_some();
        };
        let code = journal.load_account_with_code(to).unwrap().info.code.clone().unwrap_or_default();
        let value = CallValue::Transfer(value);
        let frame = InputsImpl {
            target_address: to,
            bytecode_address: Some(to),
            caller_address: from,
            input: CallInput::Bytes(data),
            call_value: value.get(),
            depth: 0,
        };
        self.call(frame, value, code, false, GAS).is_ok()
    }

    /// Returns the changed state.
    pub(crate) fn finish(mut self) -> EvmState {
        self.0.journaled_state.finalize()
    }

    fn call(
        &mut self,
        frame: InputsImpl,
        value: CallValue,
        code: Bytecode,
        is_static: bool,
        gas: u64,
    ) -> InterpreterResult {
        let ended = |result, output| {
            let gas = revm_interpreter::Gas::new(gas);
            InterpreterResult { result, output, gas }
        };
        let journal = &mut self.0.journaled_state;
        let checkpoint = journal.checkpoint();
        if let CallValue::Transfer(value) = value
            && journal.transfer(frame.caller_address, frame.target_address, value).unwrap().is_some()
        {
            journal.checkpoint_revert(checkpoint);
            return ended(InstructionResult::OutOfFunds, Bytes::new());
        }
        let result = match &frame.input {
            CallInput::Bytes(data) if frame.bytecode_address == Some(RECOVER) => {
                ended(InstructionResult::Return, recovered(data))
            }
            _ if code.is_empty() => ended(InstructionResult::Stop, Bytes::new()),
            _ => self.run(code, frame, is_static, gas),
        };
        self.end(result, checkpoint)
    }

    fn end(
        &mut self,
        result: InterpreterResult,
        checkpoint: revm_context::context_interface::journaled_state::JournalCheckpoint,
    ) -> InterpreterResult {
        let journal = self.0.journal_mut();
        match result.is_ok() {
            true => journal.checkpoint_commit(),
            false => journal.checkpoint_revert(checkpoint),
        }
        result
    }

    fn run(&mut self, code: Bytecode, frame: InputsImpl, is_static: bool, gas: u64) -> InterpreterResult {
        let depth = frame.depth;
        let code = ExtBytecode::new(code);
        let mut interpreter = Interpreter::<EthInterpreter>::new(
            SharedMemory::with_capacity(1 << 12),
            code,
            frame,
            is_static,
            RULES,
            gas,
        );
        let (table, costs) = (instruction_table(), instructions::gas_table_spec(RULES));
        loop {
            match interpreter.run_plain(&table, &costs, &mut self.0) {
                InterpreterAction::Return(result) => return result,
                InterpreterAction::NewFrame(FrameInput::Call(inputs)) => {
                    let result = self.inner(&interpreter, &inputs, depth + 1);
                    taken(&mut interpreter, &result, &inputs);
                }
                InterpreterAction::NewFrame(FrameInput::Create(inputs)) => {
                    let created = self.create(&inputs).map(|address| address.into_word().into());
                    assert!(interpreter.stack.push(created.unwrap_or_default()));
                }
                InterpreterAction::NewFrame(FrameInput::Empty) => panic!("a frame of nothing"),
            }
        }
    }

    fn inner(
        &mut self,
        interpreter: &Interpreter<EthInterpreter>,
        inputs: &CallInputs,
        depth: usize,
    ) -> InterpreterResult {
        let data = match &inputs.input {
            CallInput::Bytes(data) => data.clone(),
            CallInput::SharedBuffer(range) if range.is_empty() => Bytes::new(),
            CallInput::SharedBuffer(range) => {
                Bytes::copy_from_slice(&interpreter.memory.global_slice_range(range.clone()))
            }
        };
        let frame = InputsImpl {
            target_address: inputs.target_address,
            bytecode_address: Some(inputs.bytecode_address),
            caller_address: inputs.caller,
            input: CallInput::Bytes(data),
            call_value: inputs.value.get(),
            depth,
        };
        if depth > 64 {
            let gas = revm_interpreter::Gas::new(0);
            let result = InstructionResult::CallTooDeep;
            return InterpreterResult { result, output: Bytes::new(), gas };
        }
        let code = inputs.known_bytecode.1.clone();
        self.call(frame, inputs.value.clone(), code, inputs.is_static, inputs.gas_limit)
    }

    fn create(&mut self, inputs: &CreateInputs) -> Option<Address> {
        let journal = &mut self.0.journaled_state;
        let nonce = journal.load_account(inputs.caller()).unwrap().info.nonce;
        let address = inputs.created_address(nonce);
        journal.load_account(address).unwrap();
        let checkpoint =
            journal.create_account_checkpoint(inputs.caller(), address, inputs.value(), RULES).ok()?;
        let frame = InputsImpl {
            target_address: address,
            caller_address: inputs.caller(),
            call_value: inputs.value(),
            depth: 1,
            ..InputsImpl::default()
        };
        let code = Bytecode::new_legacy(inputs.init_code().clone());
        let result = self.run(code, frame, false, inputs.gas_limit());
        let result = self.end(result, checkpoint);
        if !result.is_ok() {
            return None;
        }
        self.0.journaled_state.set_code(address, Bytecode::new_legacy(result.output));
        Some(address)
    }
}

/// The result of a call within a call.
fn taken(interpreter: &mut Interpreter<EthInterpreter>, result: &InterpreterResult, inputs: &CallInputs) {
    let place = &inputs.return_memory_offset;
    let size = place.len().min(result.output.len());
    if size > 0 {
        interpreter.memory.set(place.start, &result.output[..size]);
    }
    interpreter.return_data.0 = result.output.clone();
    assert!(interpreter.stack.push(U256::from(u8::from(result.is_ok()))));
    if result.result.is_ok_or_revert() {
        interpreter.gas.erase_cost(result.gas.remaining());
    }
}

/// Digest, v, r and s as four words; the address as one, or nothing.
fn recovered(data: &[u8]) -> Bytes {
    let mut words = [0; 128];
    let size = data.len().min(128);
    words[..size].copy_from_slice(&data[..size]);
    let word = |at: usize| <[u8; 32]>::try_from(&words[32 * at..32 * at + 32]).unwrap();
    let odd = match u64::try_from(U256::from_be_bytes(word(1))).unwrap_or_default() {
        27 => false,
        28 => true,
        _ => return Bytes::new(),
    };
    let key = Signature::from_scalars(word(2), word(3)).ok().and_then(|parts| {
        VerifyingKey::recover_from_prehash(&word(0), &parts, RecoveryId::new(odd, false)).ok()
    });
    let Some(key) = key else { return Bytes::new() };
    let point = key.to_sec1_point(false);
    let hash = keccak256(&point.as_bytes()[1..]);
    Address::from_slice(&hash[12..]).into_word().0.to_vec().into()
}
