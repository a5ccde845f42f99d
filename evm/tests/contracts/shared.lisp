; What the token and the permits of all tokens share. Addresses are read as most contracts read them: dirt in the
; twelve bytes before them is ignored, data that is too short ends in zeros, data that is too long is not looked at.

(def low (a) (and a 0xffffffffffffffffffffffffffffffffffffffff))
(def arg (n) (calldataload (add 4 (mul 32 n))))

; The twelve bytes before an address in the number of a slot say what stands there: 1 a balance, 3 a nonce, the
; beginning of a hash an allowance. So every slot that changed says whose it is.
(def tagged (tag who) (or (shl 160 tag) (low who)))
(def begins (hash) (shr 96 hash))

(set selector (shr 224 (calldataload 0)))

(def domain ()
  (hash (text "EIP712Domain(string name,uint256 chainId,address verifyingContract)") (text "T") (chainid) (address)))

; Stops unless `who` signed this struct for this contract and chain. The machine's contract 1 recovers the address.
(def signed (struct who v r s)
  (mstore 0x600 (shl 240 0x1901))
  (mstore 0x602 (domain))
  (mstore 0x622 struct)
  (mstore 0x680 (keccak256 0x600 66))
  (mstore 0x6a0 v)
  (mstore 0x6c0 r)
  (mstore 0x6e0 s)
  (mstore 0x700 0)
  (pop (staticcall (gas) 1 0x680 128 0x700 32))
  (require (mload 0x700))
  (require (eq (mload 0x700) who)))

; A nonce that is good once; `what` is what it is of.
(def once (what)
  (require (iszero (sload (tagged 3 what))))
  (sstore (tagged 3 what) 1))
