print("linger")
